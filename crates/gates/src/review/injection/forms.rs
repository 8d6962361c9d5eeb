//! The forms in which text asks something of whoever reviews it.

/// What such text asks for, in the forms in which it is written. Each must hold an order and its object: a test that is
/// named `ignore_previous` asks nobody.
pub(super) const FORMS: [(&str, &str); 24] = [
    (
        "asks to set earlier instructions aside",
        r"\b(?:ignore|disregard|forget|override|bypass|drop|discard)\W+(?:\w+\W+){0,4}?(?:(?:previous|prior|earlier|above|preceding|foregoing|your|system|all|any)\W+)(?:\w+\W+){0,3}?(?:instruction|prompt|rule|direction|guideline|polic|message|context|training|constraint)",
    ),
    (
        "asks to set earlier instructions aside",
        r"\b(?:ignorier\w*|vergiss|missachte\w*|ignora\w*|olvid\w*|ignorez|oubliez|zignoruj|pomiń|dimentica|negeer)\b.{0,60}(?:anweisung|regel|instruc|consign|poleceni|instrukcj|istruzion|instructie)",
    ),
    (
        "asks to set earlier instructions aside",
        r"(?:忽略|无视|忘记|不要理会).{0,20}(?:指令|指示|提示|说明|规则)",
    ),
    (
        "speaks to the reviewer",
        r"\b(?:note|message|attention|instructions?|hint|memo|notice|dear|hey|hi|hello|to|for)\b.{0,12}\b(?:ai|llm|gpt|claude|copilot|automated|code[- ]?review)\b.{0,12}\b(?:reviewers?|models?|agents?|assistants?|bots?|systems?|tools?)\b",
    ),
    (
        "asks for an approval",
        r"\b(?:approve|accept|pass|lgtm|sign\W*off(?:\W+on)?|green[- ]?light|whitelist)\b.{0,30}\b(?:this|the|it|these)\b.{0,30}\b(?:change|changes|diff|pr|mr|pull request|merge request|commit|patch|file|review|code)\b.{0,60}\b(?:without|immediately|now|regardless|automatically|no matter|unconditionally|as[- ]is|with no)\b",
    ),
    (
        "asks for an empty answer",
        r"\b(?:return|report|respond|answer|reply|output|emit|produce|say|state|give|write|print)\b.{0,40}\b(?:no|zero|0|empty|an empty|without)\b.{0,20}\b(?:findings?|issues?|problems?|vulnerabilit\w*|comments?|list|array)\b",
    ),
    (
        "asks for an empty answer",
        r#"["']findings["']\s*:\s*\[\s*\]"#,
    ),
    (
        "asks not to report",
        r"\b(?:do\W+not|don'?t|never|must\W+not|should\W+not|refrain\W+from|avoid|stop|skip|no\W+need\W+to)\W+(?:\w+\W+){0,3}?(?:report|flag|mention|review|comment|raise|analy[sz]e|inspect|check|list)\w*\b.{0,60}\b(?:this|file|finding|issue|change|diff|section|block|line|function|code|below|above|rest|anything|it)\b",
    ),
    (
        "asks for another severity",
        r"\b(?:lower|downgrade|reduce|set|mark|treat|classify|rate|label|consider)\b.{0,50}\b(?:severity|findings?|issues?|vulnerabilit\w*|everything|anything|this)\b.{0,30}\b(?:as|to|at)\b.{0,12}\b(?:low|info\w*|none|trivial|negligible|minor|false positive|benign|safe)\b",
    ),
    (
        "asks for the reviewer's own words",
        r"\b(?:print|show|reveal|repeat|output|leak|disclose|include|echo|return|send|dump|paste|tell|write)\b.{0,40}\b(?:system prompt|your (?:instructions|prompt|rules|configuration|api key|environment|secrets?)|the prompt|initial instructions|environment variables?|above text verbatim)\b",
    ),
    (
        "claims to be somebody else",
        r"(?:<\|?/?(?:im_start|im_end|system|endoftext|assistant|user|eot_id|start_header_id)\|?>|\[/?INST\]|<<SYS>>|^\W*(?:system|assistant|developer)\s*:\s+[a-z]\w*(?:[ ,.']+\w+){2,}|###\s*(?:system|instruction|assistant|response)s?\s*:?\s*$)",
    ),
    (
        "claims that the change ended",
        r"\b(?:end|ends|eof|close|finish)\W{0,3}(?:of\W+)?(?:the\W+)?(?:diff|change|patch|file|part|data|document|untrusted|user)\b\W{0,6}(?:\w+\W+){0,6}?(?:new|now|next|begin|start|instructions?|system|task|reviewer|ends? here)\b|\b(?:first|last)_mark\b",
    ),
    (
        "claims that somebody approved it",
        r"\b(?:already|previously|pre[- ]?|been|was|is|has)\W*(?:\w+\W+){0,3}?(?:approved|reviewed|audited|cleared|signed[- ]off|whitelisted|verified|vetted)\b.{0,60}\b(?:by|security|team|ciso|compliance|so|therefore|no (?:further|need)|skip)\b.{0,60}\b(?:review|finding|check|approve|report|skip|ignore|flag|needed|necessary|required)\w*",
    ),
    (
        "asks for a tool",
        r"\b(?:call|invoke|run|execute|use|open|fetch|visit|curl|post|send)\b.{0,40}\b(?:tool|function|shell|bash|command|webhook|https?://\S+)\b.{0,60}\b(?:reviewer|before (?:you )?(?:answer|respond|review)|to (?:approve|verify|confirm)|with (?:the|your) (?:diff|prompt|result|findings?|secrets?|key))",
    ),
    (
        "speaks to the reviewer",
        r"\bnote\W+to\W+the\W+(?:language\W+)?model\b|(?:^|[:.])\W*for\W+the\W+(?:language\W+)?model(?:\W+that\W+(?:reads?|reviews?)\b|\s*:)|\bmodel\W+that\W+(?:read\W+the\W+first|reviews\b|reads\W+this\b)|\breviewing\W+model\b|\bwhoever\W+reviews\b|\bllm\W+tools?\W*:",
    ),
    (
        "speaks to the reviewer",
        r"\b(?:ai|llm|automated|automatic)\W{0,2}(?:code\W)?review(?:er|ers|s|bot)?\b(?:\W[a-z-]+){0,4}?\W{0,3}(?:\bis\W+to\W+(?:confirm|approve|correct|skip|pass|report)|\bends?\W+with\W+no\b|\bread\W+only\b|\bgrades?\W+(?:them|it|this)\b|\bskip\W+this\b)|\b(?:ai|llm)\W?review(?:\W\w+){0,2}\s*[:=]\s*(?:clean|disable|skip|0\b|approv|ignore|off\b|none|pass)",
    ),
    (
        "speaks to the reviewer",
        r"\breview\W?bot\s*:|\breviewer\W?(?:directive|instruction)s?\s*[:=]|@reviewer\b|\brules\W+for\W+the\W+reviewer\b|\bfor\W+downstream\W+reviewers\b|\bautomated\W+reviewer\W+that\b",
    ),
    (
        "speaks to the reviewer",
        r"\b(?:reviewer|revisor|relecteur|prüfer|prüfmodell|recenzent)\W{0,3}[:,]\s*(?:please|por favor|bitte|proszę|approve|skip|ignore|include|for the|before|answer|begin|say|return|you must|use|put|la comprobación|überspring\w*|diese\b.{0,20}überspring\w*|\{\s*verdict)",
    ),
    (
        "speaks to the reviewer",
        r"\bki-prüf\w*|\bprüf(?:ende[nsm]?\W+modell|modell\b|programm\b\W*:)|\b(?:relecteurs?|relecture)\W+automatique|\bconsigne\W+(?:aux|pour\W+l[ae])\W+relect|\brecenzent\w*\W+ai\b|\bautomatycznego\W+recenzenta|\bmodelu\W+recenzując|\brevisor\W+autom[aá]tico|(?:审查|审核|评审)模型",
    ),
    (
        "asks for an empty answer",
        r"\bobeys?\W+report\W+nothing\b|\bbitte\W+keine\W+befunde|\b(?:réponds|répondez|responde\w*|antworte\w*|zwróć)\b.{0,40}\b(?:sans|sin|que no hay|ohne|solo con una lista|pustą)\b",
    ),
    (
        "asks for another form of answer",
        r"\b(?:no|ohne|sans|sin|in place of|instead of|not)\W+json\b.{0,60}\b(?:lines?|zeilennummern|only|words?)\b|\btakes\W+plain\W+text\b.{0,20}\bin\W+place\W+of\W+json|\banswer\W+in\W+sarif\b",
    ),
    (
        "asks for a tool",
        r#"<tool_call>|\b(?:assistant|reviewer|model)\b.{0,40}\b(?:runs?|calls?|executes?)\b.{0,8}(?:`|\w+\()"#,
    ),
    (
        "asks not to report",
        r"\bstop\W+reading\W+here\b|\byou\W+no\W+longer\W+report\b|\breviewers?\b.{0,20}\b(?:need\W+not\W+repeat|skip\W+generated)|\bai\W?reviewer\W+skip\b|\bgenerated\W+do\W+not\W+review\b|\b(?:approved?|diff)\W+(?:and\W+)?no\W+findings?\b|\bfound\W+no\W+findings\b|\beverything\W+below\W+is\W+to\W+be\W+graded\b",
    ),
    (
        "asks to play a part",
        r"\b(?:you are|you're|act as|pretend (?:to be|that you)|from now on|role[- ]?play|imagine (?:that )?you|du bist|eres|tu es|jesteś|你是)\b.{0,60}\b(?:now|reviewer|assistant|model|approv\w*|unrestricted|jailbr\w*|dan|developer mode|no longer|always|only|free of)\b",
    ),
];
