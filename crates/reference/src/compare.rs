//! Losses side by side.

use std::collections::BTreeSet;

use dartboard_losses::{Distribution, Loss, Measure, Reference, TargetKind, best_constant};
use dartboard_numerics::sum::ExactSum;

use crate::card::short_title;
use crate::document::{Block, Cell, Document, Figure, Grid, Kind, Math};
use crate::number::rounded;
use crate::page::{Page, words};
use crate::plot::Plot;
use crate::tables::{at_confidence, at_error};

/// More losses than this in a table, and their columns are too narrow to be read.
const ABREAST: usize = 4;
/// Errors at which losses of quantities are compared.
const ERRORS: [f64; 3] = [1.0, 10.0, 100.0];
/// Probabilities of the truth at which losses of events and classes are.
const CONFIDENCES: [f64; 3] = [0.99, 0.5, 0.01];
/// Quantities of which one is an outlier.
const QUANTITIES: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 100.0];
/// Events of which one in four happened.
const EVENTS: [f64; 4] = [0.0, 0.0, 0.0, 1.0];
/// Classes by index.
const CLASSES: [f64; 4] = [0.0, 0.0, 1.0, 2.0];

/// Measures side by side: facts as rows, measures as columns, their curves in one plot and what follows from it.
pub fn compare(measures: &[Measure]) -> Document {
    let columns: Vec<Column> = measures.iter().map(Column::of).collect();
    let names: Vec<String> = measures.iter().map(Measure::spec).collect();
    let mut blocks = vec![Block::Title(format!("{} side by side", listed(&names)))];
    for group in columns.chunks(if columns.len() <= ABREAST { ABREAST } else { 3 }) {
        blocks.push(Block::Grid(table(group)));
    }
    let losses: Vec<Loss> = columns.iter().filter_map(|column| column.loss.clone()).collect();
    for plot in Plot::overlays(&losses) {
        blocks.push(Block::Plot(Figure { plot, file: None }));
    }
    let conclusions = conclusions(&columns);
    if !conclusions.is_empty() {
        blocks.push(Block::Heading("In short".to_owned()));
        blocks.push(Block::Bullets(conclusions));
    }
    blocks.push(Block::Heading("Next".to_owned()));
    blocks.push(Block::Commands(names.iter().map(|name| format!("dartboard explain {}", quoted(name))).collect()));
    Document(blocks)
}

/// A measure, and its loss if it is the mean of one.
struct Column {
    page: Page,
    loss: Option<Loss>,
}

impl Column {
    fn of(measure: &Measure) -> Self {
        let loss = match measure {
            Measure::Mean(loss) => Some(loss.clone()),
            Measure::Derived(_) => None,
        };
        Self { page: Page::of(measure), loss }
    }

    fn property(&self, name: &str) -> Option<Cell> {
        self.page.properties.iter().find(|(known, _)| *known == name).map(|(_, text)| text.into())
    }

    /// Values and gradients at the errors, where the loss has errors.
    fn errors(&self) -> Option<Vec<(f64, f64)>> {
        // A target far from the edges of every domain: some losses know no target of 0.
        ERRORS.iter().map(|&error| at_error(self.loss.as_ref()?, 1.0, error)).collect()
    }

    fn confidences(&self) -> Option<Vec<(f64, f64)>> {
        let loss = self.loss.as_ref().filter(|loss| loss.card().target != TargetKind::Quantity)?;
        CONFIDENCES.iter().map(|&confidence| at_confidence(loss, confidence)).collect()
    }

    /// The best constant prediction for these targets, where they are targets of the loss.
    fn best(&self, kind: TargetKind, targets: &[f64]) -> Option<Reference> {
        let loss = self.loss.as_ref().filter(|loss| loss.card().target == kind)?;
        let inside = targets.iter().all(|&target| loss.card().target_domain.contains(target));
        let mut once = ExactSum::new();
        once.add(1.0);
        let distribution = Distribution::new(targets.iter().map(|&target| (target, &once)));
        best_constant(loss, &distribution, 3).filter(|_| inside)
    }
}

type Row = (String, fn(&Column) -> Option<Cell>);

fn table(columns: &[Column]) -> Grid {
    let mut grid = Grid::default();
    grid.column("", Kind::Prose);
    columns.iter().for_each(|column| grid.column(&column.page.spec, Kind::Prose));
    for (name, fact) in rows() {
        let cells: Vec<Option<Cell>> = columns.iter().map(fact).collect();
        // What none of them has is not compared.
        if cells.iter().any(Option::is_some) {
            let cells = cells.into_iter().map(|cell| cell.unwrap_or_else(|| "–".into()));
            grid.rows.push(std::iter::once(name.into()).chain(cells).collect());
        }
    }
    grid
}

fn rows() -> Vec<Row> {
    let row = |name: &str, fact: fn(&Column) -> Option<Cell>| (name.to_owned(), fact);
    vec![
        row("is", |column| Some(short_title(&column.page.title).into())),
        row("value", |column| Some(Cell::from(&column.page.formula))),
        row("gradient", |column| math(&column.page.gradient)),
        row("Hessian", |column| math(&column.page.hessian)),
        row("takes", |column| Some(column.page.takes.as_str().into())),
        row("unit", |column| Some(column.page.unit.into())),
        row("convexity", |column| column.property("convexity")),
        row("smoothness", |column| column.property("smoothness")),
        row("steepness", |column| column.property("steepness")),
        row(&format!("errors of {} cost", numbers(&ERRORS)), |column| column.errors().map(values)),
        row("gradient at those errors", |column| column.errors().map(gradients)),
        row(&format!("{} for the truth cost", numbers(&CONFIDENCES)), |column| column.confidences().map(values)),
        row("gradient there", |column| column.confidences().map(gradients)),
        row("elicits", |column| column.property("elicits")),
        row(&format!("best constant for {}", numbers(&QUANTITIES)), |column| {
            column.best(TargetKind::Quantity, &QUANTITIES).map(functional)
        }),
        row(&format!("best constant for {}", numbers(&EVENTS)), |column| {
            column.best(TargetKind::Event, &EVENTS).map(functional)
        }),
        row(&format!("best shares for classes {}", numbers(&CLASSES)), |column| {
            column.best(TargetKind::Class, &CLASSES).map(functional)
        }),
        row("noise model", |column| column.property("noise model")),
        row("when", |column| column.page.when.map(Cell::from)),
        row("when not", |column| column.page.when_not.map(Cell::from)),
    ]
}

fn math(formula: &Option<Math>) -> Option<Cell> {
    formula.as_ref().map(Cell::from)
}

fn numbers(numbers: &[f64]) -> String {
    numbers.iter().map(|&number| rounded(number)).collect::<Vec<_>>().join(", ")
}

/// Three digits: enough to compare, few enough to stand side by side.
fn short(value: f64) -> String {
    let places = if value == 0.0 || !value.is_finite() { 0 } else { 2 - value.abs().log10().floor() as i32 };
    let factor = 10_f64.powi(places.clamp(-300, 300));
    rounded((value * factor).round() / factor)
}

fn values(points: Vec<(f64, f64)>) -> Cell {
    points.iter().map(|point| short(point.0)).collect::<Vec<_>>().join(", ").into()
}

fn gradients(points: Vec<(f64, f64)>) -> Cell {
    points.iter().map(|point| short(point.1)).collect::<Vec<_>>().join(", ").into()
}

fn functional(reference: Reference) -> Cell {
    reference.functional.iter().map(|&value| rounded(value)).collect::<Vec<_>>().join(", ").into()
}

/// What the numbers say, in sentences: outliers, steps of a learner, what is estimated, units.
fn conclusions(columns: &[Column]) -> Vec<String> {
    let mut sentences = vec![];
    let each = |say: &dyn Fn(&Column) -> Option<String>| -> Vec<String> {
        columns.iter().filter_map(|column| say(column).map(|text| format!("{}: {text}", column.page.spec))).collect()
    };
    let outliers = each(&|column| {
        let points = column.errors()?;
        let [small, .., large] = points[..] else { return None };
        (small.0 > 0.0).then(|| format!("{} times", short(large.0 / small.0)))
    });
    if !outliers.is_empty() {
        sentences.push(format!("Outliers: what an error of 100 costs beside an error of 1. {}.", outliers.join("; ")));
    }
    let steps = each(&|column| {
        let points = column.errors()?;
        let [small, .., large] = points[..] else { return None };
        (small.1 != 0.0).then(|| manner((large.1 / small.1).abs()).to_owned())
    });
    if !steps.is_empty() {
        sentences.push(format!("The gradient from an error of 1 to one of 100. {}.", steps.join("; ")));
    }
    for (kind, targets) in
        [(TargetKind::Quantity, &QUANTITIES[..]), (TargetKind::Event, &EVENTS), (TargetKind::Class, &CLASSES)]
    {
        let estimates = each(&|column| {
            let best = column.best(kind, targets)?;
            let loss = column.loss.as_ref()?;
            let best: Vec<String> = best.functional.iter().map(|&value| short(value)).collect();
            Some(format!("{}, {}", best.join(" and "), words::elicits(loss)))
        });
        if !estimates.is_empty() {
            let targets = numbers(targets);
            sentences.push(format!("What the best constant says of {targets}. {}.", estimates.join("; ")));
        }
    }
    let units: BTreeSet<&str> = columns.iter().map(|column| column.page.unit).collect();
    if units.len() > 1 {
        let units = each(&|column| Some(column.page.unit.to_owned()));
        sentences.push(format!("Units: values of one cannot be held against values of another. {}.", units.join("; ")));
    }
    sentences
}

/// How a gradient changes whose size changes by this factor while the error grows a hundredfold.
fn manner(factor: f64) -> &'static str {
    match factor {
        f if f > 300.0 => "grows faster than the error",
        f if f >= 30.0 => "grows with the error",
        f if f > 1.5 => "grows slower than the error",
        f if f >= 0.6 => "stays as it is, so outliers pull no harder than others",
        _ => "fades, so outliers are let go",
    }
}

fn quoted(spec: &str) -> String {
    if spec.contains('(') { format!("'{spec}'") } else { spec.to_owned() }
}

fn listed(names: &[String]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        names => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown;
    use crate::terminal::{self, Canvas};

    fn compared(specs: &[&str]) -> Document {
        compare(&specs.iter().map(|spec| Measure::parse(spec).unwrap()).collect::<Vec<_>>())
    }

    #[test]
    fn squared_against_absolute_error() {
        let text = terminal::write(&compared(&["mse", "mae"]), Canvas { width: 120, styled: false });
        for fact in ["1, 100, 10,000", "1, 10, 100", "2, 20, 200", "1, 1, 1", "the median of the target", "z = y"] {
            assert!(text.contains(fact), "{fact} is missing from\n{text}");
        }
        assert!(text.contains("mse: 22, the mean of the target; mae: 3, the median of the target"), "{text}");
        assert!(text.contains("mse: 10,000 times; mae: 100 times"), "{text}");
    }

    #[test]
    fn all_measures_can_be_compared() {
        let specs: Vec<String> = Page::all().into_iter().map(|page| page.spec).collect();
        let document = compared(&specs.iter().map(String::as_str).collect::<Vec<_>>());
        let text = markdown::write(&document);
        assert!(specs.iter().all(|spec| text.contains(spec)) && !text.contains("NaN"), "{text}");
        let tables = document.0.iter().filter(|block| matches!(block, Block::Grid(_))).count();
        assert_eq!(tables, specs.len().div_ceil(3));
    }

    #[test]
    fn what_only_one_has_is_a_dash_for_the_other() {
        let text = markdown::write(&compared(&["mse", "accuracy"]));
        assert!(text.contains("| – |"), "{text}");
    }

    #[test]
    fn manners_of_gradients() {
        let manner_of = |spec: &str| {
            let points = Column::of(&Measure::parse(spec).unwrap()).errors().unwrap();
            manner(points[2].1 / points[0].1)
        };
        assert_eq!(manner_of("mse"), "grows with the error");
        assert!(manner_of("mae").starts_with("stays") && manner_of("huber").starts_with("stays"));
    }
}
