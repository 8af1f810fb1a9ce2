//! Finding columns by name and by pattern.

use datafusion::arrow::datatypes::Schema;

use crate::error::{Error, MissingColumn, Result, list, nearest};

/// Finds a column by its exact name, capitals included.
///
/// `role` is what the column is wanted for (`--truth`), `place` where it is looked for (a file name); both only for the
/// message, which offers the nearest name and lists the columns.
pub fn find_column(schema: &Schema, name: &str, role: &str, place: &str) -> Result<usize> {
    schema.index_of(name).map_err(|_| {
        let columns: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let near = nearest(name, columns.iter().map(String::as_str)).map(ToOwned::to_owned);
        Error::NoSuchColumn(Box::new(MissingColumn {
            role: role.to_owned(),
            column: name.to_owned(),
            place: place.to_owned(),
            near,
            columns,
        }))
    })
}

/// A column that a pattern found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The column's index in the schema.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// What stood in the place of the (first) `*`; empty for a name without one.
    pub wild: String,
}

/// Finds all columns that match a pattern, in the order of the schema.
///
/// `*` stands for any characters, also none. A column whose name is the pattern itself is found as such.
pub fn find_columns(schema: &Schema, pattern: &str, role: &str) -> Result<Vec<Match>> {
    if let Ok(index) = schema.index_of(pattern) {
        return Ok(vec![Match { index, name: pattern.to_owned(), wild: String::new() }]);
    }
    let names = schema.fields().iter().map(|field| field.name());
    let found: Vec<Match> = names
        .clone()
        .enumerate()
        .filter_map(|(index, name)| Some(Match { index, name: name.clone(), wild: wild_part(pattern, name)? }))
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let columns: Vec<String> = names.cloned().collect();
    if !pattern.contains('*') {
        find_column(schema, pattern, role, "")?;
    }
    // `p_lgb_*` for `p_lgbm_*`: compare the part before the star with the beginnings of names, cut at `_` or a digit.
    let stem = pattern.split('*').next().unwrap_or_default();
    let stems: Vec<&str> = columns.iter().map(|name| name.trim_end_matches(|c: char| c.is_ascii_digit())).collect();
    let near = nearest(stem, stems.iter().copied().chain(columns.iter().filter_map(|name| stem_of(name))))
        .map(|near| if columns.iter().any(|name| name == near) { near.to_owned() } else { format!("{near}*") });
    Err(Error::NoColumnMatches {
        role: role.to_owned(),
        pattern: pattern.to_owned(),
        near,
        columns: list(&columns, 40),
    })
}

/// `p_lgbm_` of `p_lgbm_setosa`.
fn stem_of(name: &str) -> Option<&str> {
    name.rfind('_').map(|at| &name[..=at])
}

/// What the first `*` of a pattern stands for in a name, or `None` if the name does not match.
pub fn wild_part(pattern: &str, name: &str) -> Option<String> {
    let Some((before, after)) = pattern.split_once('*') else {
        return (pattern == name).then(String::new);
    };
    let rest = name.strip_prefix(before)?;
    // The shortest part that lets the remainder match, as the remainder may hold further stars.
    rest.char_indices()
        .map(|(at, _)| at)
        .chain([rest.len()])
        .find(|&at| wild_part(after, &rest[at..]).is_some())
        .map(|at| rest[..at].to_owned())
}

/// Whether a name is in a list of names and patterns.
pub(crate) fn matches_any(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| wild_part(pattern, name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::datatypes::{DataType, Field};

    fn schema() -> Schema {
        let names = ["id", "Y", "p_lgbm_0", "p_lgbm_1", "p_lgbm_10", "p_lgbm_2"];
        Schema::new(names.map(|name| Field::new(name, DataType::Float64, true)).to_vec())
    }

    #[test]
    fn patterns_keep_the_order_of_the_schema() -> Result<()> {
        let found = find_columns(&schema(), "p_lgbm_*", "--pred")?;
        let wild: Vec<&str> = found.iter().map(|found| found.wild.as_str()).collect();
        assert_eq!(wild, ["0", "1", "10", "2"]);
        assert_eq!(find_columns(&schema(), "Y", "")?[0].index, 1);
        Ok(())
    }

    #[test]
    fn wrong_names_get_the_nearest() {
        let message = |result: Result<usize>| result.map_err(|error| error.to_string()).expect_err("a missing column");
        let text = message(find_column(&schema(), "y", "--truth", "a.csv"));
        assert!(text.starts_with("--truth: no column `y` in a.csv (did you mean `Y`?); columns: `id`, `Y`"), "{text}");
        let text = find_columns(&schema(), "p_lgb_*", "--pred").expect_err("nothing matches").to_string();
        assert!(text.contains("did you mean `p_lgbm_*`?"), "{text}");
    }

    #[test]
    fn several_stars() {
        assert_eq!(wild_part("p_*_q*", "p_a_b_q5"), Some("a_b".to_owned()));
        assert_eq!(wild_part("*", ""), Some(String::new()));
        assert_eq!(wild_part("a*b", "ab"), Some(String::new()));
        assert_eq!(wild_part("a*b", "ac"), None);
    }
}
