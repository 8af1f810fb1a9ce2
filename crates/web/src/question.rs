//! A question of the page: named texts.

use dartboard_losses::Loss;
use dartboard_numerics::decimal;

use crate::complaint::Complaint;

/// Between the fields of a question, and between the values of a field: separators of ASCII, which no text has.
const FIELD: char = '\u{1e}';
const VALUE: char = '\u{1f}';

/// A question: fields `name=value`, each value one text or several.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a>(&'a str);

impl<'a> Question<'a> {
    /// Reads a question.
    ///
    /// # Errors
    /// Where it is no UTF-8.
    pub fn read(text: &'a [u8]) -> Result<Self, Complaint> {
        std::str::from_utf8(text).map(Self).map_err(|error| Complaint::Question(error.to_string()))
    }

    fn get(&self, name: &'static str) -> Option<&'a str> {
        let fields = self.0.split(FIELD).filter_map(|field| field.split_once('='));
        fields.into_iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    fn wrong(name: &'static str, what: &str) -> Complaint {
        Complaint::Question(format!("'{name}' is not {what}"))
    }

    /// A text.
    pub(crate) fn text(&self, name: &'static str) -> Result<&'a str, Complaint> {
        self.get(name).ok_or_else(|| Complaint::Question(format!("it has no '{name}'")))
    }

    /// A text, if there is one.
    pub(crate) fn optional_text(&self, name: &'static str) -> Option<&'a str> {
        self.get(name).filter(|text| !text.is_empty())
    }

    /// Texts.
    pub(crate) fn texts(&self, name: &'static str) -> Result<Vec<&'a str>, Complaint> {
        let text = self.text(name)?;
        Ok(if text.is_empty() { vec![] } else { text.split(VALUE).collect() })
    }

    /// A number.
    pub(crate) fn number(&self, name: &'static str) -> Result<f64, Complaint> {
        decimal::parse(self.text(name)?).ok_or_else(|| Self::wrong(name, "a number"))
    }

    /// Numbers.
    pub(crate) fn numbers(&self, name: &'static str) -> Result<Vec<f64>, Complaint> {
        let number = |text: &str| decimal::parse(text).ok_or_else(|| Self::wrong(name, "a list of numbers"));
        self.texts(name)?.into_iter().map(number).collect()
    }

    /// A count, at most `most`: the page draws no more, and memory is finite.
    pub(crate) fn count(&self, name: &'static str, most: usize) -> Result<usize, Complaint> {
        let count = self.text(name)?.parse::<usize>().ok();
        count.filter(|count| *count <= most).ok_or_else(|| Self::wrong(name, &format!("a count up to {most}")))
    }

    /// A loss by its spec.
    pub(crate) fn loss(&self, name: &'static str) -> Result<Loss, Complaint> {
        Ok(Loss::parse(self.text(name)?)?)
    }

    /// Losses by their specs.
    pub(crate) fn losses(&self, name: &'static str) -> Result<Vec<Loss>, Complaint> {
        self.texts(name)?.into_iter().map(|spec| Ok(Loss::parse(spec)?)).collect()
    }
}
