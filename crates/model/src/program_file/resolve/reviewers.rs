//! The model behind an agent, and how it is asked to review.

use super::super::read::{Reader, short};
use super::super::tree::Placed;
use super::super::wire::{self, ProgramFile, Text};
use super::{filled, texts};
use crate::program::{Principal, PrincipalKind};
use crate::review::{Budget, Parameters};
use crate::reviewer::{AgentModel, Fallback, Prices, Reviewer};

/// What an answer may have, where the program does not say.
const OUTPUT_TOKENS: u32 = 4_096;
/// How often a question is put again.
const RETRIES: u32 = 2;
/// More than this is no retry.
const MAX_RETRIES: u32 = 10;
/// What one review may use.
const BUDGET_TOKENS: u32 = 1_000_000;
const BUDGET_SECONDS: u32 = 900;
/// The smallest window in which a question has room beside its answer.
const MIN_QUESTION_TOKENS: u32 = 1_024;

/// Returns the model behind an agent.
pub(super) fn model(entry: &wire::Principal, reader: &mut Reader<'_>) -> Option<AgentModel> {
    let model = entry.model.as_ref()?;
    of_agent(entry, "model", model.vendor.as_ref(), reader);
    let small = |text: Option<String>| text.map(|text| text.to_lowercase());
    let vendor = filled(model.vendor.as_ref(), "the vendor of the model", reader);
    let family = filled(model.family.as_ref(), "the family of the model", reader);
    Some(AgentModel {
        vendor: small(vendor)?,
        family: small(family),
        name: filled(model.name.as_ref(), "the name of the model", reader),
    })
}

/// A person is not asked over the wire.
fn of_agent(entry: &wire::Principal, what: &str, at: Option<&Text>, reader: &mut Reader<'_>) {
    let kind = entry
        .kind
        .as_ref()
        .map_or(PrincipalKind::Human, |kind| kind.value);
    let Some(at) = at.filter(|_| kind != PrincipalKind::Agent) else {
        return;
    };
    let message = format!("`{what}` stands for an agent, and this principal is none");
    reader.fault(&at.place, message, "write `kind: agent`".to_owned());
}

/// Returns how an agent is asked to review.
pub(super) fn reviewer(entry: &wire::Principal, reader: &mut Reader<'_>) -> Option<Reviewer> {
    let told = entry.reviewer.as_ref()?;
    of_agent(entry, "reviewer", told.model.as_ref(), reader);
    let wire = told.wire.as_ref()?.value;
    let model = filled(told.model.as_ref(), "the model of the reviewer", reader)?;
    let api = match &told.api {
        Some(text) => super::scope::safe_address(text, "the address of the API", "v1", reader)?,
        None => wire.api().to_owned(),
    };
    let context = told.context_tokens.as_ref()?;
    let output = whole(told.max_output_tokens.as_ref(), OUTPUT_TOKENS);
    if context.value.saturating_sub(output) < MIN_QUESTION_TOKENS {
        let message = format!(
            "a window of {} tokens has no room for a question beside an answer of {output}",
            context.value
        );
        let mend = "write the window of the model, and fewer `max_output_tokens`".to_owned();
        reader.fault(&context.place, message, mend);
    }
    let retries = told.retries.as_ref();
    if let Some(many) = retries.filter(|retries| retries.value > MAX_RETRIES) {
        let message = format!("a question is not put {} times again", many.value);
        reader.fault(&many.place, message, format!("write at most {MAX_RETRIES}"));
    }
    let positive = |number: Option<&Placed<f64>>, reader: &mut Reader<'_>| {
        let number = number?;
        if number.value < 0.0 {
            let message = format!("`{}` is less than nothing", number.value);
            reader.fault(&number.place, message, None);
        }
        Some(number.value)
    };
    let cost = positive(told.budget_cost.as_ref(), reader);
    let input = positive(told.input_price.as_ref(), reader);
    let prices = input.zip(positive(told.output_price.as_ref(), reader));
    if let Some(cost) = told.budget_cost.as_ref().filter(|_| prices.is_none()) {
        let message = format!(
            "nobody can keep to a cost of {} without prices",
            short(&cost.value.to_string())
        );
        let mend = "write `input_price` and `output_price`, for a million tokens".to_owned();
        reader.fault(&cost.place, message, mend);
    }
    Some(Reviewer {
        wire,
        api,
        model,
        context_tokens: context.value,
        parameters: Parameters {
            max_output_tokens: output,
            temperature: positive(told.temperature.as_ref(), reader),
            seed: told.seed.as_ref().map(|seed| seed.value.into()),
        },
        retries: whole(retries, RETRIES),
        budget: Budget {
            tokens: whole(told.budget_tokens.as_ref(), BUDGET_TOKENS).into(),
            cost,
            seconds: whole(told.budget_seconds.as_ref(), BUDGET_SECONDS).into(),
        },
        prices: prices.map(|(input, output)| Prices { input, output }),
        fallback: Vec::new(),
    })
}

/// What stands for an outsider in a list of fallbacks.
const OUTSIDER: &str = "outsider";

/// Gives each reviewer those who are asked in its place, who may be declared behind it.
pub(super) fn fallbacks(file: &ProgramFile, principals: &mut [Principal], reader: &mut Reader<'_>) {
    let entries = file.principals.iter().flatten();
    for entry in entries {
        let told = entry.reviewer.as_ref();
        let list = told.and_then(|told| told.fallback.as_ref());
        let id = entry.id.as_ref().map(|id| id.value.as_str());
        let Some(place) = principals.iter().position(|it| Some(it.id.as_str()) == id) else {
            continue;
        };
        let found = fallback(&principals[place], list, principals, reader);
        if let Some(reviewer) = &mut principals[place].reviewer {
            reviewer.fallback = found;
        }
    }
}

fn fallback(
    of: &Principal,
    list: Option<&Vec<Text>>,
    principals: &[Principal],
    reader: &mut Reader<'_>,
) -> Vec<Fallback> {
    let mut found: Vec<Fallback> = Vec::new();
    for text in texts(list) {
        let name = text.value.trim();
        let shown = short(name);
        let refused = |message: String, mend: &str| Some((message, mend.to_owned()));
        let agent = principals.iter().find(|it| it.id.as_str() == name);
        let next = match agent {
            _ if name == OUTSIDER => Fallback::Outsider,
            Some(agent) => Fallback::Agent(agent.id.clone()),
            None => {
                let message = format!("no principal is called `{shown}`");
                let mend = "write the id of another agent with a `reviewer`, or `outsider`";
                reader.fault(&text.place, message, mend.to_owned());
                continue;
            }
        };
        let is_outsider = |it: &Principal| it.kind == PrincipalKind::Outsider;
        let fault = match (&next, agent) {
            _ if found.contains(&next) => {
                refused(format!("`{shown}` is listed twice"), "remove it here")
            }
            _ if found.contains(&Fallback::Outsider) => refused(
                format!("`{shown}` stands behind `outsider`, who is asked last"),
                "write `outsider` last",
            ),
            (Fallback::Outsider, _) if !principals.iter().any(is_outsider) => refused(
                "no principal is an outsider".to_owned(),
                "add one with `kind: outsider`",
            ),
            (Fallback::Agent(id), _) if *id == of.id => refused(
                format!("`{shown}` is asked in its own place"),
                "it is asked again as often as `retries` says",
            ),
            (Fallback::Agent(_), Some(agent)) if agent.reviewer.is_none() => refused(
                format!("`{shown}` is no agent that is asked to review"),
                "give it a `reviewer`",
            ),
            (Fallback::Agent(_) | Fallback::Outsider, _) => None,
        };
        match fault {
            Some((message, mend)) => reader.fault(&text.place, message, mend),
            None => found.push(next),
        }
    }
    found
}

fn whole(number: Option<&Placed<u32>>, otherwise: u32) -> u32 {
    number.map_or(otherwise, |number| number.value)
}
