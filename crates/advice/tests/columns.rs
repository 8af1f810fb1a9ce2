//! The task is seen, or asked for, on columns that it was not tuned on.
//!
//! `columns/profiles.json` holds the profiles of 132 columns of 91 data sets in 27 Python and JavaScript packages, with labels
//! given from the documentation of the data by somebody who had not seen the rules. `columns/gather.py` makes the columns,
//! the example `profile_columns` their profiles.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use dartboard_advice::{Predictions, Profile, Task, detect};

#[derive(serde::Deserialize)]
struct Column {
    package: String,
    data: String,
    column: String,
    label: Task,
    also: Vec<Task>,
    profile: Profile,
}

#[test]
fn the_task_is_right_or_asked_for() {
    let columns: Vec<Column> = serde_json::from_str(include_str!("columns/profiles.json")).unwrap();
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for column in &columns {
        let seen = detect(&column.profile, &Predictions::None);
        let right = |task: Task| task == column.label || column.also.contains(&task);
        // Right at once, right with a question, wrong.
        let outcome = match &seen.also {
            None if right(seen.task) => 0,
            Some((other, _)) if right(seen.task) || right(*other) => 1,
            _ => 2,
        };
        let of_label = counts.entry(column.label.name()).or_default();
        of_label[outcome] += 1;
        of_label[3] += 1;
        if outcome == 2 {
            let name = format!("{}: {} of {}", column.package, column.column, column.data);
            println!("{name} is {}, seen as {} ({})", column.label, seen.task, seen.reason);
        }
    }
    println!("{:20} right asked wrong all", "");
    for (label, [right, asked, wrong, all]) in &counts {
        println!("{label:20} {right:5} {asked:5} {wrong:5} {all:3}");
    }
    let sum = |place: usize| counts.values().map(|counts| counts[place]).sum::<usize>();
    let share = |count: usize| count as f64 / sum(3) as f64;
    println!("right {:.3}, asked {:.3}, wrong {:.3} of {}", share(sum(0)), share(sum(1)), share(sum(2)), sum(3));
    assert!(sum(3) >= 40);
    assert!(share(sum(0) + sum(1)) >= 0.9);
    assert!(share(sum(1)) <= 0.2, "asks too often");
}
