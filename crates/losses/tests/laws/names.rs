//! Names are unique and easy to type, and specs parse back to the same loss.

use std::collections::HashMap;

use dartboard_losses::{Derived, Loss, Measure, cards};

use crate::sample::{self, Random};

/// Names in one namespace, each with its owner: all different, lower-case, and free of the characters of a spec.
fn unique(names: &[(&str, &str)]) -> Result<(), String> {
    let mut owners: HashMap<&str, &str> = HashMap::new();
    for &(owner, name) in names {
        if let Some(other) = owners.insert(name, owner) {
            return Err(format!("'{name}' names both {other} and {owner}"));
        }
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:-.".contains(c);
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(legal) {
            return Err(format!("'{name}' of {owner} is not a lower-case name"));
        }
    }
    Ok(())
}

/// The spec of a loss parses back to it.
fn round_trip(loss: &Loss, spec: &dyn Fn(&Loss) -> String) -> Result<(), String> {
    let text = spec(loss);
    match Loss::parse(&text) {
        Ok(parsed) if parsed == *loss => Ok(()),
        Ok(parsed) => Err(format!("{loss:?} is written '{text}', which reads as {parsed:?}")),
        Err(error) => Err(format!("{loss:?} is written '{text}': {error}")),
    }
}

fn all_names() -> Vec<(&'static str, &'static str)> {
    let losses = cards()
        .flat_map(|card| [card.name].into_iter().chain(card.aliases.iter().copied()).map(|name| (card.name, name)));
    let derived = Derived::ALL.into_iter().flat_map(|measure| {
        [measure.name()].into_iter().chain(measure.aliases().iter().copied()).map(move |name| (measure.name(), name))
    });
    let parameters = cards().flat_map(|card| card.parameters).map(|parameter| parameter.name);
    assert!(parameters.into_iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
    losses.chain(derived).collect()
}

#[test]
fn names_are_unique() {
    unique(&all_names()).unwrap();
    for card in cards() {
        let parameters: Vec<_> = card.parameters.iter().map(|parameter| (card.name, parameter.name)).collect();
        unique(&parameters).unwrap();
    }
}

#[test]
fn every_name_reads_as_its_owner() {
    for (owner, name) in all_names() {
        assert_eq!(Measure::parse(name).unwrap().spec(), owner, "{name}");
    }
}

#[test]
fn specs_round_trip() {
    let mut numbers = Random::new(29);
    for default in Loss::all() {
        let name = default.card().name;
        let random: Vec<Vec<f64>> = (0..300)
            .map(|_| default.card().parameters.iter().map(|parameter| numbers.inside(parameter.domain)).collect())
            .collect();
        for parameters in sample::parameters(default.card()).into_iter().chain(random) {
            let loss = Loss::with_parameters(name, &parameters).unwrap();
            round_trip(&loss, &Loss::spec).unwrap();
            let written: Vec<String> = parameters.iter().map(f64::to_string).collect();
            assert_eq!(Loss::parse(&format!("{name}({})", written.join(", "))), Ok(loss), "by position");
        }
    }
}

#[test]
fn lies_about_names_are_caught() {
    let with = |names: &[(&'static str, &'static str)]| [&all_names(), names].concat();
    assert!(unique(&with(&[("other", "mse")])).unwrap_err().contains("names both mse and other"));
    assert!(unique(&with(&[("other", "rmse")])).unwrap_err().contains("names both"));
    assert!(unique(&with(&[("other", "squared_error")])).unwrap_err().contains("names both"));
    for name in ["MSE", "a b", "", "f(x)", "a,b", "naïve", "2nd"] {
        assert!(unique(&with(&[("other", name)])).unwrap_err().contains("not a lower-case name"), "{name}");
    }
    let loss = Loss::parse("huber(delta=0.123456789)").unwrap();
    let rounded = |loss: &Loss| format!("{}({:.3})", loss.card().name, loss.parameters()[0]);
    assert!(round_trip(&loss, &rounded).unwrap_err().contains("reads as"));
    assert!(round_trip(&loss, &|loss| loss.card().name.to_owned()).is_err());
    assert!(round_trip(&loss, &|loss| loss.card().title.to_owned()).is_err());
}
