//! An answer to the page.

use std::fmt::Write;

use dartboard_reference::number::rounded;

/// JSON, and numbers with all their bits.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// An object; of a question that cannot be answered `{"error": "…"}`.
    pub text: String,
    /// Curves, grids, points: what the object says of them is in which order they lie.
    pub numbers: Vec<f64>,
}

impl Answer {
    /// An object alone.
    pub(crate) fn of(object: Object) -> Self {
        Self { text: object.0 + "}", numbers: vec![] }
    }

    /// With numbers beside it.
    pub(crate) fn with(self, numbers: Vec<f64>) -> Self {
        Self { numbers, ..self }
    }
}

/// Numbers for reading.
pub(crate) fn texts(numbers: &[f64]) -> Vec<String> {
    numbers.iter().map(|&number| rounded(number)).collect()
}

/// A JSON object while it is written, its closing brace missing. In place of a tree of values, which would take a tenth of
/// the page.
#[derive(Clone, Debug)]
pub(crate) struct Object(String);

/// `object! { "name": value, … }`
macro_rules! object {
    ($($name:literal: $value:expr),* $(,)?) => {
        $crate::answer::Object::new()$(.put($name, &$value))*
    };
}
pub(crate) use object;

impl Object {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    pub(crate) fn put(mut self, name: &str, value: &dyn Json) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        name.json(&mut self.0);
        self.0.push(':');
        value.json(&mut self.0);
        self
    }
}

/// What can stand in an object.
pub(crate) trait Json {
    fn json(&self, out: &mut String);
}

impl Json for str {
    fn json(&self, out: &mut String) {
        out.push('"');
        for letter in self.chars() {
            match letter {
                '"' | '\\' => out.extend(['\\', letter]),
                // Writing into a string cannot fail.
                '\0'..=' ' if letter != ' ' => drop(write!(out, "\\u{:04x}", letter as u32)),
                _ => out.push(letter),
            }
        }
        out.push('"');
    }
}

impl Json for String {
    fn json(&self, out: &mut String) {
        self.as_str().json(out);
    }
}

impl Json for f64 {
    /// Null where it is not finite: JSON has no word for that.
    fn json(&self, out: &mut String) {
        if self.is_finite() {
            let _ = write!(out, "{self}");
        } else {
            out.push_str("null");
        }
    }
}

impl Json for usize {
    fn json(&self, out: &mut String) {
        let _ = write!(out, "{self}");
    }
}

impl Json for bool {
    fn json(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl Json for Object {
    fn json(&self, out: &mut String) {
        out.push_str(&self.0);
        out.push('}');
    }
}

impl<T: Json + ?Sized> Json for &T {
    fn json(&self, out: &mut String) {
        (*self).json(out);
    }
}

impl<T: Json> Json for Option<T> {
    fn json(&self, out: &mut String) {
        match self {
            Some(value) => value.json(out),
            None => out.push_str("null"),
        }
    }
}

impl<T: Json> Json for [T] {
    fn json(&self, out: &mut String) {
        out.push('[');
        for (index, value) in self.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            value.json(out);
        }
        out.push(']');
    }
}

impl<T: Json> Json for Vec<T> {
    fn json(&self, out: &mut String) {
        self.as_slice().json(out);
    }
}

impl<T: Json, const N: usize> Json for [T; N] {
    fn json(&self, out: &mut String) {
        self.as_slice().json(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let inner = object! { "a": "\"x\"\\\n", "b": [1.5, f64::INFINITY] };
        let text =
            Answer::of(object! { "inner": inner, "list": vec![true], "none": None::<usize>, "many": 3_usize }).text;
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["inner"]["a"], "\"x\"\\\n");
        assert_eq!(value["inner"]["b"], serde_json::json!([1.5, null]));
        assert_eq!(value["many"], 3);
        assert_eq!(Answer::of(object! {}).text, "{}");
    }
}
