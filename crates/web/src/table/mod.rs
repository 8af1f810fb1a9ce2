//! Files of predictions: read, scored and advised on where they are, in the page.

mod advise;
mod messages;
mod records;
mod residuals;
mod score;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use dartboard_numerics::decimal;

use crate::answer::{Answer, Object, object};
use crate::complaint::Complaint;
use crate::question::Question;
use records::Records;

pub(crate) use advise::advise;
pub(crate) use score::score;

/// A file with a header.
pub(crate) struct Table {
    name: String,
    records: Records,
    names: Vec<String>,
}

thread_local! {
    /// The file that was opened last.
    static TABLE: RefCell<Option<Table>> = const { RefCell::new(None) };
}

/// Different values of a column that are worth a list.
const FEW: usize = 50;

/// Reads a file and says which columns it has. It stays open for what is asked of it next.
pub(crate) fn open(question: &Question<'_>, file: Vec<u8>) -> Result<Answer, Complaint> {
    let bytes = file.len();
    TABLE.set(None);
    let table = Table::read(question.text("name")?, file)?;
    let columns: Vec<Object> = (0..table.names.len()).map(|column| table.describe(column)).collect();
    let object = object! { "name": table.name, "bytes": bytes, "rows": table.records.rows(), "columns": columns };
    TABLE.set(Some(table));
    Ok(Answer::of(object))
}

/// Works with the open file.
fn with_table<T>(work: impl FnOnce(&Table) -> Result<T, Complaint>) -> Result<T, Complaint> {
    TABLE.with_borrow(|table| match table {
        Some(table) => work(table),
        None => Err(Complaint::File("no file is open".to_owned())),
    })
}

impl Table {
    /// Takes a file apart and checks its header.
    pub(crate) fn read(name: &str, file: Vec<u8>) -> Result<Self, Complaint> {
        let records = Records::read(name, file)?;
        let mut names: Vec<String> = vec![];
        for column in 0..records.columns() {
            let name = records.name(column);
            names.push(if name.is_empty() { format!("column_{}", column + 1) } else { name.into_owned() });
        }
        for column in &names {
            let at: Vec<usize> = (1..=names.len()).filter(|at| names[at - 1] == *column).collect();
            if at.len() > 1 {
                return Err(Complaint::File(messages::twice(name, column, &at)));
            }
        }
        let table = Self { name: name.to_owned(), records, names };
        if table.records.rows() == 0 { Err(table.complaint(messages::NO_ROWS)) } else { Ok(table) }
    }

    /// What is wrong with the file.
    pub(crate) fn complaint(&self, text: &str) -> Complaint {
        Complaint::File(format!("{}: {text}", self.name))
    }

    /// A value; rows are counted from 0.
    pub(crate) fn value(&self, row: usize, column: usize) -> Cow<'_, str> {
        self.records.value(row, column)
    }

    /// Whether a column is one of numbers, and whether it has few different values. One of numbers with a few that are none is
    /// still meant as such: those are named when it is used.
    fn describe(&self, column: usize) -> Object {
        let mut distinct: Vec<String> = vec![];
        let (mut numbers, mut missing) = (0_usize, 0_usize);
        for row in 0..self.records.rows() {
            let value = self.records.value(row, column);
            if value.is_empty() {
                missing += 1;
                continue;
            }
            numbers += usize::from(decimal::parse(value.trim()).is_some());
            if distinct.len() <= FEW && !distinct.iter().any(|known| *known == value) {
                distinct.push(value.into_owned());
            }
        }
        let few = distinct.len() <= FEW;
        object! {
            "name": self.names[column], "numbers": numbers > 0 && 2 * numbers >= self.records.rows() - missing, "missing": missing,
            "few": few, "event": few && distinct.iter().all(|value| value == "0" || value == "1"),
        }
    }

    pub(crate) fn column(&self, name: &str) -> Result<usize, Complaint> {
        let found = self.names.iter().position(|column| column == name);
        found.ok_or_else(|| Complaint::File(messages::no_column(name, &self.name, &self.names)))
    }

    /// The numbers of a column; NaN where there is no value.
    pub(crate) fn numbers(&self, column: usize) -> Result<Vec<f64>, Complaint> {
        let number = |row: usize| {
            let value = self.records.value(row, column);
            if value.is_empty() {
                return Ok(f64::NAN);
            }
            decimal::parse(value.trim()).ok_or_else(|| {
                let place = (self.records.line(row), row + 1);
                Complaint::File(messages::no_number(&self.name, place, &self.names[column], &value))
            })
        };
        (0..self.records.rows()).map(number).collect()
    }

    /// Whether a row has a value in a column.
    fn has(&self, row: usize, column: usize) -> bool {
        !self.records.value(row, column).is_empty()
    }

    /// The classes of a column in the order of their names, numbers by size, and each row's place among them; of rows
    /// without a value 0.
    fn classes(&self, column: usize) -> (Vec<String>, Vec<u32>) {
        let rows = 0..self.records.rows();
        let mut names: Vec<String> = vec![];
        let mut place: HashMap<String, u32> = HashMap::new();
        for row in rows.clone() {
            let value = self.records.value(row, column);
            if !value.is_empty() && !place.contains_key(value.as_ref()) {
                place.insert(value.clone().into_owned(), 0);
                names.push(value.into_owned());
            }
        }
        names.sort_unstable();
        if let Some(numbers) = names.iter().map(|name| decimal::parse(name)).collect::<Option<Vec<f64>>>() {
            let mut by_size: Vec<(f64, String)> = numbers.into_iter().zip(names).collect();
            by_size.sort_by(|a, b| a.0.total_cmp(&b.0));
            names = by_size.into_iter().map(|(_, name)| name).collect();
        }
        for (index, name) in names.iter().enumerate() {
            place.insert(name.clone(), index as u32);
        }
        let of_row =
            rows.map(|row| place.get(self.records.value(row, column).as_ref()).copied().unwrap_or_default()).collect();
        (names, of_row)
    }
}

/// What is asked about which columns.
struct Columns {
    truth: usize,
    predictions: Vec<usize>,
    weight: Option<usize>,
    /// The rows that have all values, and how many have not.
    rows: Vec<usize>,
    missing: usize,
}

impl Columns {
    fn read(table: &Table, question: &Question<'_>) -> Result<Self, Complaint> {
        let truth = table.column(question.text("truth")?)?;
        let names = question.texts("predictions")?;
        let predictions = names.into_iter().map(|name| table.column(name)).collect::<Result<Vec<_>, _>>()?;
        let weight = question.optional_text("weight").map(|name| table.column(name)).transpose()?;
        let all: Vec<usize> = predictions.iter().copied().chain([truth]).chain(weight).collect();
        let complete = |row: &usize| all.iter().all(|&column| table.has(*row, column));
        let rows: Vec<usize> = (0..table.records.rows()).filter(complete).collect();
        let missing = table.records.rows() - rows.len();
        if rows.is_empty() {
            return Err(table.complaint(&messages::nothing_scored(missing, messages::ALL_MISSING)));
        }
        Ok(Self { truth, predictions, weight, rows, missing })
    }

    /// The numbers of a column in the rows that have all values.
    fn pick(&self, table: &Table, column: usize) -> Result<Vec<f64>, Complaint> {
        let numbers = table.numbers(column)?;
        Ok(self.rows.iter().map(|&row| numbers[row]).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::asks::answer;

    fn ask(question: Value, file: &str) -> Value {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let field = |(name, value): (&String, &Value)| match value.as_array() {
            Some(list) => format!("{name}={}", list.iter().map(text).collect::<Vec<_>>().join("\u{1f}")),
            None => format!("{name}={}", text(value)),
        };
        let fields: Vec<String> = question.as_object().unwrap().iter().map(field).collect();
        let answer = answer(fields.join("\u{1e}").as_bytes(), file.as_bytes().to_vec());
        serde_json::from_str(&answer.text).unwrap()
    }

    fn opened(file: &str) -> Value {
        ask(json!({ "ask": "open", "name": "t.csv" }), file)
    }

    #[test]
    fn a_regression() {
        let table = opened("y,p,g\n1,2,a\n2,2,a\n4,1,b\n,3,b\n");
        assert_eq!(table["rows"], 4);
        assert_eq!(table["columns"][2]["numbers"], false);
        let question = json!({
            "ask": "score", "truth": "y", "predictions": ["p"], "kind": "auto", "by": "g", "losses": [], "worst": 1,
        });
        let report = ask(question, "");
        let scores = &report["all"]["models"][0]["scores"];
        assert_eq!(scores[0]["value"], "3.33333", "{report}");
        assert_eq!(scores[2]["value"], "1.33333");
        assert_eq!(report["missing"], 1);
        assert_eq!(report["worst"][0]["rows"][0]["row"], 3);
        assert_eq!(report["segments"][1]["models"][0]["scores"][0]["value"], "9");
    }

    #[test]
    fn events_and_logits_are_told_apart_by_what_is_said() {
        opened("y,p,z\n1,0.9,2\n0,0.2,-1\n");
        let score = |column: &str, kind: &str| {
            ask(
                json!({ "ask": "score", "truth": "y", "predictions": [column], "kind": kind, "losses": [], "worst": 1 }),
                "",
            )
        };
        assert_eq!(score("p", "auto")["measures"][0]["spec"], "bce");
        assert!(score("z", "auto")["error"].as_str().unwrap().contains("so are no probabilities"));
        assert_eq!(score("z", "logits")["measures"][0]["spec"], "bce_logits");
        let refused = score("z", "probabilities")["error"].as_str().unwrap().to_owned();
        assert!(refused.starts_with("row 1 of t.csv: z is 2, but for bce, brier, accuracy it must be"), "{refused}");
    }

    #[test]
    fn classes_by_name() {
        opened("y,p_cat,p_dog\ncat,0.9,0.1\ndog,0.5,0.5\n");
        let question = json!({
            "ask": "score", "truth": "y", "predictions": ["p_dog", "p_cat"], "kind": "classes", "losses": [], "worst": 1,
        });
        let report = ask(question, "");
        assert_eq!(report["measures"][0]["spec"], "cce", "{report}");
        // (−ln 0.9 − ln 0.5)/2
        assert_eq!(report["all"]["models"][0]["scores"][0]["value"], "0.399254");
    }

    #[test]
    fn wrong_values_are_named() {
        opened("y,p\n1,x\n");
        let question =
            json!({ "ask": "score", "truth": "y", "predictions": ["p"], "kind": "auto", "losses": [], "worst": 1 });
        assert_eq!(ask(question, "")["error"], "t.csv: line 2 (data row 1), column `p`: 'x' is not a number");
        let question =
            json!({ "ask": "score", "truth": "Y", "predictions": ["p"], "kind": "auto", "losses": [], "worst": 1 });
        assert_eq!(ask(question, "")["error"], "no column `Y` in t.csv (did you mean `y`?); columns: `y`, `p`");
        let twice = opened("y,y\n1,2\n")["error"].clone();
        assert_eq!(
            twice,
            "t.csv: the column name `y` stands 2 times in the header (columns 1 and 2); names must be different"
        );
    }

    #[test]
    fn advice_on_a_file() {
        let rows: String = (0..200).map(|i| format!("{},{}\n", i * 3 % 101 + i % 7, i * 3 % 101)).collect();
        opened(&format!("y,p\n{rows}"));
        let advice = ask(json!({ "ask": "advise", "truth": "y", "predictions": ["p"], "kind": "auto" }), "");
        assert!(advice["losses"][0]["why"].is_string(), "{advice}");
    }
}
