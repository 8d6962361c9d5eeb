//! Secrets are struck out of whatever is to leave the machine.
//!
//! A form of a secret is enough: whether it still opens anything is not asked, and what was struck in vain costs a reader
//! little.

use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// What stands in the place of a secret, before its kind.
const MARK: &str = "[struck: ";

/// A text without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted<'t> {
    /// The text, with as many lines as before.
    pub text: Cow<'t, str>,
    /// What was struck.
    pub struck: Vec<Struck>,
}

/// A secret that was struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struck {
    /// The number of its line, from 1.
    pub line: u32,
    /// What it looks like.
    pub kind: &'static str,
}

struct Form {
    kind: &'static str,
    /// What is struck is its group `secret`, or all of it where it has none.
    pattern: Regex,
    /// Whether what the group holds looks like a secret.
    is_secret: IsSecret,
}

type IsSecret = fn(&str) -> bool;

/// The forms that providers document, then what a name or the text itself gives away.
static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let always: IsSecret = |_| true;
    let documented = [
        ("AWS access key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
        (
            "GitHub token",
            r"\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{40,255})\b",
        ),
        (
            "GitLab token",
            r"\bgl(?:pat|ptt|dt|rt|cbt|ft|imt|agent|soat)-[A-Za-z0-9_.\-]{20,300}",
        ),
        (
            "Slack token",
            r"\bxox[abeoprs](?:\.xox[a-z])?-[A-Za-z0-9\-]{10,300}",
        ),
        (
            "Slack webhook",
            r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_\-]{20,}",
        ),
        ("Google API key", r"\bAIza[A-Za-z0-9_\-]{35}"),
        ("Google client secret", r"\bGOCSPX-[A-Za-z0-9_\-]{20,}"),
        (
            "Stripe key",
            r"\b(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,255}",
        ),
        ("Stripe signing secret", r"\bwhsec_[A-Za-z0-9+/=]{20,}"),
        (
            "model provider key",
            r"\bsk-(?:ant-|proj-|svcacct-|or-)?[A-Za-z0-9_\-]{20,255}",
        ),
        ("npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
        ("PyPI token", r"\bpypi-[A-Za-z0-9_\-]{50,}"),
        ("crates.io token", r"\bcio[A-Za-z0-9]{32}\b"),
        ("RubyGems token", r"\brubygems_[a-f0-9]{48}\b"),
        (
            "JSON web token",
            r"\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}",
        ),
        (
            "SendGrid key",
            r"\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}",
        ),
        ("Twilio key", r"\b(?:SK|AC)[a-f0-9]{32}\b"),
        ("Mailgun key", r"\bkey-[a-f0-9]{32}\b"),
        ("Telegram bot token", r"\b[0-9]{8,10}:[A-Za-z0-9_\-]{35}\b"),
        ("DigitalOcean token", r"\bdo[por]_v1_[a-f0-9]{64}\b"),
        ("Vault token", r"\bhv[sbr]\.[A-Za-z0-9_\-]{20,}"),
        (
            "Doppler token",
            r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.\-]{20,}",
        ),
        ("Linear key", r"\blin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
        ("Databricks token", r"\bdapi[a-f0-9]{32}\b"),
        ("Shopify token", r"\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}\b"),
        (
            "Square token",
            r"\b(?:EAAA|sq0[a-z]{3}-)[A-Za-z0-9_\-]{22,}",
        ),
        ("age key", r"\bAGE-SECRET-KEY-1[A-Z0-9]{50,}"),
        ("Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
        (
            "Azure key",
            r"(?i)\b(?:AccountKey|SharedAccessKey)=(?P<secret>[A-Za-z0-9+/=]{20,})",
        ),
        (
            "signature in an address",
            r"(?i)[?&](?:sig|X-Amz-Signature|X-Goog-Signature)=(?P<secret>[A-Za-z0-9%+/=]{20,})",
        ),
        (
            "password in an address",
            r"[A-Za-z][A-Za-z0-9+.\-]*://[^\s/:@'\x22<>]*:(?P<secret>[^\s/@'\x22<>]+)@",
        ),
        (
            "authorization header",
            r"(?i)\b(?:bearer|basic|token)\s+(?P<secret>[A-Za-z0-9+/=_.~\-]{16,})",
        ),
    ];
    let guessed: [(&str, &str, IsSecret); 3] = [
        // Behind a name that says so: `api_key = "…"`, `"password": "…"`, `TOKEN=…`.
        (
            "quoted behind its name",
            r#"(?i)[a-z0-9_.\-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_\-.]?key|access[_\-.]?key|private[_\-.]?key|signing[_\-.]?key|encryption[_\-.]?key|credential|connection[_\-.]?string)[a-z0-9_.\-]*["'`\]]{0,2}\s*(?::=|=>|=|:)\s*(?:[A-Za-z]{1,2})?["'`](?P<secret>[^"'`\n]{6,})["'`]"#,
            is_no_placeholder,
        ),
        (
            "behind its name",
            r#"(?im)^\s*(?:export\s+|set\s+|-\s+|env\s+)?[a-z0-9_.\-]*(?:passw(?:or)?d|passphrase|secret|token|api[_\-]?key|access[_\-]?key|private[_\-]?key|signing[_\-]?key|encryption[_\-]?key|credential)[a-z0-9_.\-]*\s*[=:]\s*(?P<secret>[^\s"'`(){}\[\]<>$;,#]{8,})\s*(?:#.*)?$"#,
            is_value,
        ),
        (
            "text of high entropy",
            r"(?P<secret>[A-Za-z0-9+/_\-]{32,}={0,2})",
            is_random,
        ),
    ];
    let of = |kind, pattern: &str, is_secret| Form {
        kind,
        pattern: Regex::new(pattern).expect("the pattern is of this file"),
        is_secret,
    };
    let documented = documented.map(|(kind, pattern)| of(kind, pattern, always));
    let guessed = guessed.map(|(kind, pattern, is_secret)| of(kind, pattern, is_secret));
    documented.into_iter().chain(guessed).collect()
});

/// The first line of a private key, and its last.
static KEY: LazyLock<(Regex, Regex)> = LazyLock::new(|| {
    let of = |pattern| Regex::new(pattern).expect("the pattern is of this file");
    (
        of(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d"),
        of(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|Private-MAC:"),
    )
});

/// The longest private key that is struck, in lines; what begins one and does not end is struck as far.
const MAX_KEY_LINES: u32 = 200;

/// Returns a text without what looks like a secret.
pub fn redact(text: &str) -> Redacted<'_> {
    let mut struck = Vec::new();
    let mut out = Cow::Borrowed(text);
    if KEY.0.is_match(&out) {
        out = Cow::Owned(without_keys(&out, &mut struck));
    }
    for form in FORMS.iter() {
        if let Some(without) = without(form, &out, &mut struck) {
            out = Cow::Owned(without);
        }
    }
    struck.sort_by_key(|it| it.line);
    Redacted { text: out, struck }
}

/// Lines stay, so that a finding still points at its own.
fn without_keys(text: &str, struck: &mut Vec<Struck>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut since = None;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let ends_line = line.ends_with('\n');
        let begins = KEY.0.is_match(line);
        if begins {
            struck.push(Struck {
                line: number,
                kind: "private key",
            });
            since = Some(number);
        }
        match since {
            Some(first) if number - first <= MAX_KEY_LINES => {
                out.push_str(MARK);
                out.push_str("private key]");
                if ends_line {
                    out.push('\n');
                }
                if KEY.1.is_match(line) {
                    since = None;
                }
            }
            Some(_) | None => {
                since = None;
                out.push_str(line);
            }
        }
    }
    out
}

fn without(form: &Form, text: &str, struck: &mut Vec<Struck>) -> Option<String> {
    let mut out = String::new();
    let (mut end, mut line) = (0, 1);
    for found in form.pattern.captures_iter(text) {
        let whole = found.get(0)?;
        let secret = found.name("secret").unwrap_or(whole);
        if secret.start() < end
            || secret.as_str().contains(MARK)
            || !(form.is_secret)(secret.as_str())
        {
            continue;
        }
        let before = &text[end..secret.start()];
        line += newlines(before);
        struck.push(Struck {
            line,
            kind: form.kind,
        });
        out.push_str(before);
        out.push_str(MARK);
        out.push_str(form.kind);
        out.push(']');
        // No form but a private key holds a line break.
        line += newlines(secret.as_str());
        end = secret.end();
    }
    (end > 0).then(|| out + &text[end..])
}

fn newlines(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}

/// Words that stand where a secret would, and are none.
fn is_no_placeholder(value: &str) -> bool {
    let small = value.to_ascii_lowercase();
    let is_reference = small.starts_with("${")
        || small.starts_with("{{")
        || small.starts_with('<')
        || small.starts_with("env:")
        || small.starts_with("process.env")
        || small.starts_with(MARK);
    let is_same = value.chars().all(|c| value.starts_with(c));
    !is_reference && !is_same && !value.contains(' ')
}

/// A value without quotes: a word of letters alone is more likely a name.
fn is_value(value: &str) -> bool {
    let is_name = value
        .chars()
        .all(|c| c.is_ascii_alphabetic() || c == '_' || c == '.');
    let is_call = value.contains("::") || value.contains("->");
    is_no_placeholder(value) && !is_name && !is_call
}

/// Shannon's entropy per character above which a text is hardly a name or a path.
const BITS: f64 = 4.3;

/// Hexadecimal texts are left: digests and ids of commits are what a reviewer of dependencies reads.
fn is_random(value: &str) -> bool {
    let has = |of: fn(&char) -> bool| value.chars().any(|c| of(&c));
    let is_mixed =
        has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit);
    let is_hex = value.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    is_mixed && !is_hex && entropy(value) >= BITS
}

fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 128];
    for byte in value.bytes() {
        counts[usize::from(byte & 127)] += 1;
    }
    let length = value.len() as f64;
    let of = |count: &u32| {
        let share = f64::from(*count) / length;
        -share * share.log2()
    };
    counts.iter().filter(|count| **count > 0).map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::redact;

    /// Secrets in the forms that providers document, put together here so that none stands in this file.
    fn planted() -> Vec<(&'static str, String, String)> {
        let of = |kind, before: &str, secret: &[&str], after: &str| {
            let secret = secret.concat();
            (kind, secret.clone(), format!("{before}{secret}{after}"))
        };
        let mixed = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbC1".to_owned();
        let hex = "0123456789abcdef".repeat(4);
        vec![
            of("AWS access key", "id = ", &["AKIA", "Q3EGRIZV7YKPL2MN"], ""),
            of("GitHub token", "x: ", &["gh", "p_", &mixed, "2"], ""),
            of("GitLab token", "", &["glp", "at-", &mixed[..20]], ""),
            of(
                "Slack token",
                "",
                &["xo", "xb-", "123456789012-", &mixed[..24]],
                "",
            ),
            of("Stripe key", "f(", &["sk", "_live_", &mixed[..24]], ")"),
            of("model provider key", "", &["sk", "-ant-", &mixed], ""),
            of(
                "JSON web token",
                "",
                &["ey", "J0eXAiOiJK.ey", "JzdWIiOiIx.", &mixed],
                "",
            ),
            of("DigitalOcean token", "", &["do", "p_v1_", &hex], ""),
            of(
                "password in an address",
                "postgres://ada:",
                &["hunter", "22"],
                "@db/shop",
            ),
            of(
                "authorization header",
                "Authorization: Bearer ",
                &["opaque", &mixed],
                "",
            ),
            of(
                "quoted behind its name",
                "db_password = \"",
                &["swordfish", "-9"],
                "\"",
            ),
            of(
                "behind its name",
                "STRIPE_SECRET=",
                &["b4ttery", "staple1"],
                "",
            ),
            of(
                "text of high entropy",
                "let seed = \"",
                &[&mixed, "9fG"],
                "\";",
            ),
        ]
    }

    #[test]
    fn a_secret_is_struck_and_its_line_stays() {
        for (kind, secret, line) in planted() {
            let text = format!("first\n{line}\nlast\n");
            let redacted = redact(&text);
            assert!(
                !redacted.text.contains(&secret),
                "{kind}: {}",
                redacted.text
            );
            assert_eq!(redacted.text.lines().count(), 3, "{kind}");
            let struck: Vec<_> = redacted
                .struck
                .iter()
                .map(|it| (it.line, it.kind))
                .collect();
            assert_eq!(struck, [(2, kind)], "{line}");
        }
    }

    #[test]
    fn a_private_key_is_struck_line_by_line() {
        let begin = ["-----BEGIN OPENSSH ", "PRIVATE KEY-----"].concat();
        let end = ["-----END OPENSSH ", "PRIVATE KEY-----"].concat();
        let text = format!("a\n  {begin}\n  b3BlbnNzaA==\n  {end}\nb\n");
        let redacted = redact(&text);
        let mark = "[struck: private key]\n".repeat(3);
        assert_eq!(redacted.text, format!("a\n{mark}b\n"));
        assert_eq!(redacted.struck.len(), 1);
    }

    #[test]
    fn what_is_no_secret_stays() {
        let text = "\
let password = prompt(\"Password: \")?;
token: ${{ secrets.GITHUB_TOKEN }}
uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
const SECRET_KEYS: &[&str] = &[];
api_key = os.environ[\"API_KEY\"]
password: \"********\"
sha256 = 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
fn returns_the_token_of_a_request_that_was_answered_late() {}
https://forge.example/larkspur/shop
crates/countersign/src/assemble/limits/strange_merger.rs
struct TokenStream<'a> { token: Token }
";
        let redacted = redact(text);
        assert_eq!(redacted.text, text);
        assert_eq!(redacted.struck, []);
    }
}
