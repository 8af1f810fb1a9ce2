//! The mean loss of a small model over its weights as a grid, and grids of runs of `dartboard landscape`.

use dartboard_reference::number::rounded;

use super::descent::Model;
use crate::answer::{Answer, object};
use crate::complaint::Complaint;
use crate::question::Question;
use crate::table::Table;

/// Nodes along an axis: more than a surface can show.
const MOST: usize = 400;

/// The mean loss of a model at `steps + 1` weights from `low` to `high`, or at all pairs of them row by row. The numbers
/// are the grid, then the x and the y of the points that the model is fitted to.
pub(super) fn landscape(question: &Question<'_>) -> Result<Answer, Complaint> {
    let (model, loss) = (Model::read(question)?, question.loss("loss")?);
    let (low, high) = (question.number("low")?, question.number("high")?);
    let steps = question.count("steps", MOST)?.max(1);
    let place = |step: usize| low + (high - low) * (step as f64 / steps as f64);
    let mut numbers: Vec<f64> = if model.weights() == 1 {
        (0..=steps).map(|column| model.mean(&loss, [place(column), 0.0])).collect()
    } else {
        model.grid(&loss, &(0..=steps).map(place).collect::<Vec<f64>>())
    };
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let (x, y) = model.data();
    numbers.extend(x.into_iter().chain(y));
    Ok(Answer::of(object! { "weights": model.weights(), "points": x.len(), "least": rounded(least) }).with(numbers))
}

/// The points of a run of `dartboard landscape`: `file` is its `grid.csv`, `name` what it is called. The numbers are, loss by
/// loss, the places across, the places up (none of a line), and the values row by row.
pub(super) fn run(question: &Question<'_>, file: Vec<u8>) -> Result<Answer, Complaint> {
    let table = Table::read(question.text("name")?, file)?;
    let (loss, x, value) = (table.column("loss")?, table.column("x")?, table.column("value")?);
    let (x, values) = (table.numbers(x)?, table.numbers(value)?);
    let y = match table.column("y") {
        Ok(y) => table.numbers(y)?,
        Err(_) => vec![0.0; x.len()],
    };
    let (mut losses, mut numbers, mut start) = (vec![], vec![], 0);
    while start < values.len() {
        let name = table.value(start, loss);
        let count = (start..values.len()).take_while(|&row| table.value(row, loss) == name).count();
        let (x, y, values) = (&x[start..][..count], &y[start..][..count], &values[start..][..count]);
        let columns = y.iter().take_while(|other| **other == y[0]).count();
        let across = &x[..columns];
        let up: Vec<f64> = y.iter().copied().step_by(columns).collect();
        let increases = |axis: &[f64]| axis.windows(2).all(|pair| pair[0] < pair[1]);
        let whole = (0..count).all(|node| x[node] == across[node % columns] && y[node] == up[node / columns]);
        if columns < 2 || count % columns != 0 || !whole || !increases(across) || !increases(&up) {
            return Err(table.complaint(&format!("the points of {name} are no grid, row by row")));
        }
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        if finite().next().is_none() {
            return Err(table.complaint(&format!("no value of {name} is finite")));
        }
        let (least, most) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
        let up = if up.len() > 1 { &up[..] } else { &[] };
        losses.push(object! {
            "loss": name.as_ref(), "columns": columns, "rows": up.len(), "least": rounded(least), "most": rounded(most),
        });
        [across, up, values].into_iter().for_each(|part| numbers.extend_from_slice(part));
        start += count;
    }
    Ok(Answer::of(object! { "losses": losses }).with(numbers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str) -> Result<(String, Vec<f64>), String> {
        let question = Question::read(b"name=grid.csv").unwrap();
        let answer = run(&question, file.as_bytes().to_vec()).map_err(|error| error.to_string())?;
        Ok((answer.text, answer.numbers))
    }

    #[test]
    fn grids_and_lines_of_several_losses() {
        let rows = "mse,0.0,5.0,1.0,true\nmse,1.0,5.0,2.5,true\nmse,0.0,6.0,NaN,true\nmse,1.0,6.0,inf,false\n";
        let (text, numbers) = found(&format!("loss,x,y,value,computed\n{rows}")).unwrap();
        assert_eq!(text, r#"{"losses":[{"loss":"mse","columns":2,"rows":2,"least":"1","most":"2.5"}]}"#);
        assert_eq!(numbers[..6], [0.0, 1.0, 5.0, 6.0, 1.0, 2.5]);
        assert!(numbers[6].is_nan() && numbers[7] == f64::INFINITY);
        let (text, numbers) = found("loss,x,value,computed\na,0,1,true\na,1,2,true\nb,3,4,true\nb,5,6,true\n").unwrap();
        assert!(text.contains(r#""loss":"b","columns":2,"rows":0"#), "{text}");
        assert_eq!(numbers, [0.0, 1.0, 1.0, 2.0, 3.0, 5.0, 4.0, 6.0]);
    }

    #[test]
    fn what_is_no_grid_is_said() {
        for (file, message) in [
            ("loss,x\na,1\n", "no column `value` in grid.csv; columns: `loss`, `x`"),
            ("loss,x,value\na,1,2\na,1,3\n", "grid.csv: the points of a are no grid, row by row"),
            ("loss,x,y,value\na,1,1,2\na,2,1,3\na,1,2,3\n", "grid.csv: the points of a are no grid, row by row"),
            ("loss,x,value\na,1,NaN\na,2,inf\n", "grid.csv: no value of a is finite"),
            ("loss,x,value\na,1,x\n", "grid.csv: line 2 (data row 1), column `value`: 'x' is not a number"),
            ("loss,x,value\n", "grid.csv: there are no rows"),
        ] {
            assert_eq!(found(file).unwrap_err(), message);
        }
    }
}
