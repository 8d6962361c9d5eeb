//! The AI assistants that are known, with the names and addresses under which they appear in commits.

/// One assistant.
#[derive(Debug)]
pub(super) struct Assistant {
    /// The canonical name.
    pub(super) name: &'static str,
    /// Names of its products, in lower case; a version or a qualifier may follow.
    pub(super) products: &'static [&'static str],
    /// Its addresses, in lower case and without a forge's account number.
    pub(super) addresses: &'static [&'static str],
    /// Whether people have that name too, so that alone it says nothing beside a person's address.
    pub(super) is_given_name: bool,
}

/// Words that follow a product's name without making it a person's.
pub(super) const QUALIFIERS: [&str; 37] = [
    "agent",
    "ai",
    "and",
    "assist",
    "assistant",
    "autofix",
    "bot",
    "by",
    "chat",
    "cli",
    "cloud",
    "code",
    "coder",
    "coding",
    "desktop",
    "fable",
    "flash",
    "for",
    "gpt",
    "haiku",
    "ide",
    "in",
    "instant",
    "integration",
    "max",
    "mini",
    "opus",
    "pro",
    "sonnet",
    "swe",
    "through",
    "turbo",
    "using",
    "via",
    "web",
    "with",
    "workspace",
];

/// The assistants; where two fit one name the first counts.
pub(super) const ASSISTANTS: &[Assistant] = &[
    product(
        "Claude",
        &["claude", "anthropic claude"],
        &[
            "noreply@anthropic.com",
            "no-reply@anthropic.com",
            "claude@anthropic.com",
            "claude-code@anthropic.com",
            "claude[bot]@users.noreply.github.com",
            "claude@users.noreply.github.com",
        ],
    ),
    product(
        "Copilot",
        &[
            "copilot",
            "github copilot",
            "github-copilot",
            "microsoft copilot",
        ],
        &[
            "copilot@github.com",
            "copilot@users.noreply.github.com",
            "copilot[bot]@users.noreply.github.com",
            "copilot-swe-agent[bot]@users.noreply.github.com",
            "github-copilot[bot]@users.noreply.github.com",
        ],
    ),
    product(
        "Cursor",
        &["cursor", "cursoragent", "cursoragent"],
        &[
            "cursoragent@cursor.com",
            "agent@cursor.com",
            "noreply@cursor.com",
            "cursoragent@users.noreply.github.com",
            "cursor[bot]@users.noreply.github.com",
        ],
    ),
    product(
        "ChatGPT",
        &["chatgpt", "openai chatgpt", "gpt"],
        &["chatgpt@openai.com"],
    ),
    product(
        "Codex",
        &["codex", "openai codex", "chatgpt-codex-connector"],
        &[
            "codex@openai.com",
            "noreply@openai.com",
            "chatgpt-codex-connector[bot]@users.noreply.github.com",
        ],
    ),
    product(
        "Gemini",
        &["gemini", "google gemini", "gemini-code-assist"],
        &[
            "gemini-code-assist[bot]@users.noreply.github.com",
            "gemini-cli@google.com",
            "noreply@gemini.google.com",
        ],
    ),
    product(
        "Aider",
        &["aider"],
        &["noreply@aider.chat", "aider@aider.chat"],
    ),
    given_name(
        "Devin",
        &["devin", "devin-ai-integration"],
        &[
            "devin-ai-integration[bot]@users.noreply.github.com",
            "devin@cognition.ai",
            "devin@cognition-labs.com",
        ],
    ),
    product(
        "Amp",
        &["amp", "ampcode", "sourcegraph amp"],
        &["amp@ampcode.com", "noreply@ampcode.com"],
    ),
    given_name(
        "Jules",
        &["jules", "google jules", "google-labs-jules"],
        &[
            "google-labs-jules[bot]@users.noreply.github.com",
            "jules@google.com",
        ],
    ),
    product(
        "Windsurf",
        &["windsurf", "codeium"],
        &[
            "windsurf@codeium.com",
            "noreply@windsurf.com",
            "cascade@windsurf.com",
        ],
    ),
    product(
        "Cline",
        &["cline"],
        &["cline@cline.bot", "noreply@cline.bot"],
    ),
    product(
        "Roo Code",
        &["roo code", "roo-code", "roomote"],
        &[
            "roomote@roocode.com",
            "roomote[bot]@users.noreply.github.com",
        ],
    ),
    product(
        "OpenHands",
        &["openhands", "openhands-agent"],
        &["openhands@all-hands.dev", "openhands@openhands.dev"],
    ),
    product(
        "opencode",
        &["opencode", "opencode-agent"],
        &[
            "noreply@opencode.ai",
            "opencode@sst.dev",
            "opencode-agent[bot]@users.noreply.github.com",
        ],
    ),
    product("Crush", &["crush", "charm crush"], &["crush@charm.land"]),
    product(
        "Qwen",
        &["qwen", "qwen-coder", "qwen code"],
        &["qwen-coder@alibabacloud.com", "noreply@qwen.ai"],
    ),
    given_name(
        "Kimi",
        &["kimi", "kimi-code", "moonshot kimi"],
        &["noreply@moonshot.ai", "noreply@kimi.com"],
    ),
    product("DeepSeek", &["deepseek"], &["noreply@deepseek.com"]),
    product("Grok", &["grok", "xai grok"], &["noreply@x.ai"]),
    given_name(
        "Junie",
        &["junie", "jetbrains junie"],
        &["junie@jetbrains.com"],
    ),
    product(
        "Factory Droid",
        &["factory droid", "factory-droid", "droid"],
        &[
            "factory-droid[bot]@users.noreply.github.com",
            "droid@factory.ai",
        ],
    ),
    product(
        "Amazon Q",
        &["amazon q", "amazonq", "amazon-q-developer"],
        &["amazon-q-developer[bot]@users.noreply.github.com"],
    ),
    product("Kiro", &["kiro"], &["noreply@kiro.dev"]),
    product(
        "Augment",
        &["augment code", "augment agent", "auggie"],
        &["noreply@augmentcode.com"],
    ),
    product(
        "Continue",
        &["continue agent", "continue.dev"],
        &["noreply@continue.dev"],
    ),
    product(
        "Goose",
        &["codename goose", "goose ai"],
        &["goose@block.xyz"],
    ),
    product(
        "Warp",
        &["warp agent", "oz agent"],
        &["agent@warp.dev", "oz-agent@warp.dev"],
    ),
    product(
        "Mistral Vibe",
        &["mistral vibe", "mistral"],
        &["vibe@mistral.ai"],
    ),
    product("Replit Agent", &["replit agent"], &["agent@replit.com"]),
    product(
        "Lovable",
        &["lovable", "gpt-engineer-app"],
        &[
            "gpt-engineer-app[bot]@users.noreply.github.com",
            "noreply@lovable.dev",
        ],
    ),
    product(
        "v0",
        &["v0", "v0-by-vercel"],
        &["v0[bot]@users.noreply.github.com", "v0@vercel.com"],
    ),
    product(
        "Sweep",
        &["sweep-ai", "sweep ai"],
        &["sweep-ai[bot]@users.noreply.github.com"],
    ),
    product(
        "CodeRabbit",
        &["coderabbit", "coderabbitai"],
        &["coderabbitai[bot]@users.noreply.github.com"],
    ),
    product("Tabnine", &["tabnine"], &["noreply@tabnine.com"]),
    product("Ona", &["ona agent"], &["no-reply@ona.com"]),
    product("Zencoder", &["zencoder"], &["noreply@zencoder.ai"]),
];

const fn product(
    name: &'static str,
    products: &'static [&'static str],
    addresses: &'static [&'static str],
) -> Assistant {
    Assistant {
        name,
        products,
        addresses,
        is_given_name: false,
    }
}

const fn given_name(
    name: &'static str,
    products: &'static [&'static str],
    addresses: &'static [&'static str],
) -> Assistant {
    Assistant {
        name,
        products,
        addresses,
        is_given_name: true,
    }
}
