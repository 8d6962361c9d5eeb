//! Values that are one scalar: texts, numbers, truth values.

use super::near::did_you_mean;
use super::read::{Read, Reader, mismatch};
use super::tree::{Node, Placed, Value};

/// A type that is one scalar.
pub(super) trait Leaf: Sized {
    /// What is expected, for the message: `a number`.
    const EXPECTED: &'static str;
    /// The words allowed, where they are few.
    fn words() -> Vec<&'static str> {
        Vec::new()
    }
    /// Returns the value, where the node holds one.
    fn leaf(value: &Value) -> Option<Self>;
}

impl<T: Leaf> Read for Placed<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Placed<T>> {
        let value = T::leaf(&node.value);
        if value.is_none() {
            let words = T::words();
            let expected = match words.as_slice() {
                [] => T::EXPECTED.into(),
                words => format!("one of {}", words.join(", ")),
            };
            let message = mismatch(node, &expected);
            let written = String::leaf(&node.value).unwrap_or_default();
            reader.fault(&node.place, message, did_you_mean(&written, words));
        }
        Some(Placed {
            place: node.place.clone(),
            value: value?,
        })
    }
}

impl Leaf for String {
    const EXPECTED: &'static str = "a text";
    fn leaf(value: &Value) -> Option<String> {
        match value {
            Value::Text(text) | Value::Number(_, text) | Value::Bool(_, text) => Some(text.clone()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }
}

impl Leaf for bool {
    const EXPECTED: &'static str = "true or false";
    fn leaf(value: &Value) -> Option<bool> {
        let Value::Bool(value, _) = value else {
            return None;
        };
        Some(*value)
    }
}

impl Leaf for f64 {
    const EXPECTED: &'static str = "a number";
    fn leaf(value: &Value) -> Option<f64> {
        let Value::Number(value, _) = value else {
            return None;
        };
        value.is_finite().then_some(*value)
    }
}

impl Leaf for u32 {
    const EXPECTED: &'static str = "a whole number";
    fn leaf(value: &Value) -> Option<u32> {
        let number = f64::leaf(value)?;
        let whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        whole.then_some(number as u32)
    }
}
