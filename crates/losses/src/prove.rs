//! Proofs: claims of a loss shown for all targets and predictions at once, by interval arithmetic.
//!
//! The loss is evaluated on boxes, [`Bounds`] of targets and of predictions, which encloses value, gradient and Hessian
//! over the whole box. A box whose enclosures keep the claim is done; another is cut in two, until all are done or one
//! is too small to cut. The boxes cover the whole domain, infinite ends included.
//!
//! - Losses of a quantity are looked at by target and residual, `z = y + r`, with enclosures in which the target
//!   cancels from `z − y`: what depends on the residual alone is proven for all targets in one box. Other losses are
//!   looked at by target and prediction.
//! - An enclosure of the Hessian knows nothing of a corner, where the gradient jumps. Convexity therefore also asks that
//!   value and gradient are continuous on the box ([`Bounds::is_continuous`]), so a kink that a card keeps silent about
//!   leaves a box that cannot be decided. Boxes end at the declared kinks, which are open ends; the limits of the
//!   gradient from both sides of a kink, which interval arithmetic can tell, must not fall.
//! - Comparisons with a bound grant a relative 10⁻⁹, so that a bound that is reached can be proven in finitely many
//!   boxes.

use std::collections::VecDeque;
use std::fmt;

use dartboard_numerics::{Bounds, Jet};

use crate::card::{Card, Convexity, Kink, PredictionKind, Properties, TargetKind, Zero};
use crate::domain::Interval;
use crate::family::Pointwise;

/// What speaks for a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// It holds everywhere.
    Proven {
        /// How many boxes it took.
        boxes: usize,
        /// What the boxes cover.
        over: String,
    },
    /// It holds at all points that were looked at, and in all boxes but some.
    Sampled {
        /// The first box that could not be decided.
        undecided: String,
    },
    /// It does not hold.
    Refuted {
        /// A point where it fails.
        at: String,
    },
}

/// A claim and what speaks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The claim in a word or two: `convex`.
    pub claim: &'static str,
    /// The claim in full: `|gradient| ≤ 1`.
    pub statement: String,
    /// What speaks for it.
    pub evidence: Evidence,
}

impl Proof {
    /// Whether it holds everywhere.
    pub fn is_proven(&self) -> bool {
        matches!(self.evidence, Evidence::Proven { .. })
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proven { boxes: 1, over } => write!(f, "proven for {over}, in one box"),
            Self::Proven { boxes, over } => write!(f, "proven for {over}, in {boxes} boxes"),
            Self::Sampled { undecided } => write!(f, "sampled; not decided for {undecided}"),
            Self::Refuted { at } => write!(f, "refuted at {at}"),
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.claim, self.statement, self.evidence)
    }
}

/// Every claim of the loss that boxes can decide, each with what speaks for it.
pub fn prove<L: Pointwise>(loss: &L) -> Vec<Proof> {
    prove_subject(loss)
}

/// What a proof asks of a loss. The search itself is compiled once, not for every loss.
trait Subject {
    fn card(&self) -> &'static Card;
    fn properties(&self) -> Properties;
    fn bounds(&self, y: Bounds, z: Bounds) -> Jet<Bounds>;
}

impl<L: Pointwise> Subject for L {
    fn card(&self) -> &'static Card {
        const { &L::CARD }
    }
    fn properties(&self) -> Properties {
        Pointwise::properties(self)
    }
    #[inline(never)]
    fn bounds(&self, y: Bounds, z: Bounds) -> Jet<Bounds> {
        self.formula(y, Jet::variable(z))
    }
}

fn prove_subject(loss: &dyn Subject) -> Vec<Proof> {
    claims(loss)
        .into_iter()
        .map(|claim| Proof {
            claim: claim.name(),
            statement: claim.statement(loss.card().prediction.symbol()),
            evidence: decide(loss, claim),
        })
        .collect()
}

/// Boxes per claim and view, after which what is left counts as undecided.
const BUDGET: usize = 4_000;
/// How often a box is cut: enough for a side to shrink from the whole line to neighbouring floats.
const DEEPEST: u32 = 160;
/// What a bound is granted, relative to it.
const GRANTED: f64 = 1e-9;

/// A claim that boxes can decide.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Claim {
    /// The value is never negative.
    NonNegative,
    /// The Hessian is at least this, and the gradient does not fall at kinks.
    Curved(f64),
    /// The gradient's magnitude is at most this.
    Lipschitz(f64),
    /// The loss falls towards the target, or is level, from both sides.
    Falls,
}

fn claims(loss: &dyn Subject) -> Vec<Claim> {
    let properties = loss.properties();
    let mut claims = vec![];
    if properties.zero != Zero::Nowhere {
        claims.push(Claim::NonNegative);
    }
    match properties.convexity {
        Convexity::None => {}
        Convexity::Convex | Convexity::Strict => claims.push(Claim::Curved(0.0)),
        Convexity::Strong(bound) => claims.push(Claim::Curved(bound)),
    }
    claims.extend(properties.lipschitz.map(Claim::Lipschitz));
    let convex = properties.convexity != Convexity::None;
    // A convex loss that is zero at the target falls towards it.
    if convex && properties.zero != Zero::Nowhere && has_residual(loss.card()) {
        claims.push(Claim::Falls);
    }
    claims
}

/// Whether `z − y` is the distance from the perfect prediction.
fn has_residual(card: &Card) -> bool {
    card.target == TargetKind::Quantity && matches!(card.prediction, PredictionKind::Value | PredictionKind::Mean)
}

impl Claim {
    fn name(self) -> &'static str {
        match self {
            Self::NonNegative => "non-negative",
            Self::Curved(0.0) => "convex",
            Self::Curved(_) => "strongly convex",
            Self::Lipschitz(_) => "Lipschitz",
            Self::Falls => "falls towards the target",
        }
    }

    fn statement(self, prediction: &str) -> String {
        match self {
            Self::NonNegative => "value ≥ 0".to_owned(),
            Self::Curved(bound) => format!("Hessian ≥ {bound}, and the gradient nowhere jumps down"),
            Self::Lipschitz(bound) => format!("|gradient| ≤ {bound}"),
            Self::Falls => format!("gradient ≤ 0 where {prediction} < y, ≥ 0 where {prediction} > y"),
        }
    }

    /// Whether it follows from the enclosures of a box; `side` is where the predictions lie.
    fn holds(self, jet: &Jet<Bounds>, side: Side) -> bool {
        match self {
            Self::NonNegative => jet.value.low() >= 0.0,
            Self::Curved(bound) => {
                jet.hessian.low() >= bound - GRANTED * bound
                    && jet.value.is_continuous()
                    && jet.gradient.is_continuous()
            }
            Self::Lipschitz(bound) => {
                let bound = bound * (1.0 + GRANTED);
                jet.gradient.low() >= -bound && jet.gradient.high() <= bound
            }
            Self::Falls => match side {
                Side::Below => jet.gradient.high() <= 0.0,
                Side::Above => jet.gradient.low() >= 0.0,
                Side::Unknown => false,
            },
        }
    }

    /// Whether the enclosures at a point contradict it.
    fn fails(self, jet: &Jet<Bounds>, side: Side) -> bool {
        match self {
            Self::NonNegative => jet.value.high() < 0.0,
            Self::Curved(bound) => jet.hessian.high() < bound - GRANTED * bound,
            Self::Lipschitz(bound) => {
                let bound = bound * (1.0 + GRANTED);
                jet.gradient.low() > bound || jet.gradient.high() < -bound
            }
            Self::Falls => match side {
                Side::Below => jet.gradient.low() > 0.0,
                Side::Above => jet.gradient.high() < 0.0,
                Side::Unknown => false,
            },
        }
    }

    /// Whether it says anything at a kink itself, where derivatives are a convention.
    fn counts_at_kinks(self) -> bool {
        matches!(self, Self::NonNegative | Self::Lipschitz(_))
    }
}

/// On which side of the target predictions lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Below,
    Above,
    Unknown,
}

/// A range with finite or infinite ends, open or closed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    low: f64,
    high: f64,
    open_low: bool,
    open_high: bool,
}

impl Range {
    const LINE: Self = Self::closed(f64::NEG_INFINITY, f64::INFINITY);

    const fn closed(low: f64, high: f64) -> Self {
        Self { low, high, open_low: false, open_high: false }
    }

    const fn point(x: f64) -> Self {
        Self::closed(x, x)
    }

    /// What lies next to `x` on its lower side.
    const fn below(x: f64) -> Self {
        Self { open_high: true, ..Self::point(x) }
    }

    /// What lies next to `x` on its upper side.
    const fn above(x: f64) -> Self {
        Self { open_low: true, ..Self::point(x) }
    }

    fn is_point(self) -> bool {
        self.low == self.high
    }

    fn bounds(self) -> Bounds {
        Bounds::with_open_ends(self.low, self.high, self.open_low, self.open_high)
    }

    /// A domain; where 0 is left out what is below it and what is above it.
    fn of_domain(domain: Interval) -> Vec<Self> {
        let whole = Self {
            low: domain.low,
            high: domain.high,
            // An infinite end stands for all large numbers.
            open_low: !domain.low_closed && domain.low.is_finite(),
            open_high: !domain.high_closed && domain.high.is_finite(),
        };
        if domain.without_zero {
            whole.apart(&[0.0]).into_iter().filter(|part| *part != Self::point(0.0)).collect()
        } else {
            vec![whole]
        }
    }

    /// The places as ranges of their own, and what is between them.
    fn apart(self, places: &[f64]) -> Vec<Self> {
        let mut places = places.to_vec();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let mut parts = vec![];
        let mut rest = self;
        for place in places {
            let at_end = place == rest.low && !rest.open_low || place == rest.high && !rest.open_high;
            let inside = rest.low < place && place < rest.high;
            if !at_end && !inside {
                continue;
            }
            if rest.low < place {
                parts.push(Self { high: place, open_high: true, ..rest });
            }
            parts.push(Self::point(place));
            rest = Self { low: place, open_low: true, ..rest };
        }
        if rest.low < rest.high || rest == self {
            parts.push(rest);
        }
        parts
    }

    /// A finite place inside, about the middle on the scale on which floats lie: powers of two for large numbers.
    fn middle(self) -> f64 {
        let Self { low, high, .. } = self;
        if low < 0.0 && high > 0.0 {
            return 0.0;
        }
        if low < 0.0 {
            return -Self::closed(-high, -low).middle();
        }
        if low < 1.0 && high > 2.0 {
            return 1.0;
        }
        if high == f64::INFINITY {
            // 1, 16, 256, 65536, ...: ten steps to the largest float.
            return (low * low).clamp(16.0, f64::MAX);
        }
        if high > 4.0 * low && low >= 1.0 { low.sqrt() * high.sqrt() } else { low + (high - low) * 0.5 }
    }

    fn halves(self) -> Option<[Self; 2]> {
        let middle = self.middle();
        let inside = self.low < middle && middle < self.high;
        let lower = Self { high: middle, open_high: false, ..self };
        inside.then_some([lower, Self { low: middle, open_low: false, ..self }])
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_point() { write!(f, "= {}", self.low) } else { write!(f, "in {}", self.bounds()) }
    }
}

/// What the second side of a box is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Residual,
    Prediction,
}

impl View {
    /// The views in which all kinks lie along the sides of boxes, the more promising first.
    fn of(loss: &dyn Subject) -> Vec<Self> {
        let kinks = loss.properties().kinks;
        let residual = kinks.iter().all(|kink| matches!(kink, Kink::Residual(_)));
        let prediction = !kinks.iter().any(|kink| matches!(kink, Kink::Residual(_)));
        match (has_residual(loss.card()) && residual, prediction) {
            (true, true) => vec![Self::Residual, Self::Prediction],
            (true, false) => vec![Self::Residual],
            _ => vec![Self::Prediction],
        }
    }

    fn symbol(self, prediction: &'static str) -> String {
        match self {
            Self::Residual => format!("{prediction} − y"),
            Self::Prediction => prediction.to_owned(),
        }
    }

    /// Where kinks lie on the second side, and where they may.
    fn kinks(loss: &dyn Subject) -> Vec<f64> {
        let places = |kink: &Kink| match *kink {
            Kink::Residual(place) | Kink::Prediction(place) => vec![place],
            Kink::Margin(margin) => vec![-margin, margin],
        };
        let kinks = loss.properties().kinks;
        // 0 as well, where formulas distinguish cases even if the loss is smooth for some parameters. A place without a
        // kink does no harm: the gradient does not fall there.
        let mut places: Vec<f64> = kinks.iter().flat_map(places).map(|x| x + 0.0).chain([0.0]).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        places
    }
}

/// A box of targets and residuals or predictions.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cell {
    target: Range,
    other: Range,
    cuts: u32,
}

/// A loss seen in one way.
struct Prover<'a> {
    loss: &'a dyn Subject,
    view: View,
    /// The domain of predictions, 0 included.
    predictions: Range,
    kinks: Vec<f64>,
    boxes: usize,
}

/// Why a search ended without proof.
enum Stuck {
    Undecided(String),
    Refuted(String),
}

fn decide(loss: &dyn Subject, claim: Claim) -> Evidence {
    let mut first_undecided = None;
    for view in View::of(loss) {
        if claim == Claim::Falls && view == View::Prediction {
            continue;
        }
        let mut prover = Prover::new(loss, view);
        match prover.run(claim) {
            Ok(()) => return Evidence::Proven { boxes: prover.boxes, over: prover.over() },
            Err(Stuck::Refuted(at)) => return Evidence::Refuted { at },
            Err(Stuck::Undecided(cell)) => first_undecided = first_undecided.or(Some(cell)),
        }
    }
    Evidence::Sampled { undecided: first_undecided.unwrap_or_default() }
}

impl<'a> Prover<'a> {
    fn new(loss: &'a dyn Subject, view: View) -> Self {
        let with_zero = Interval { without_zero: false, ..loss.card().prediction_domain };
        let predictions = Range::of_domain(with_zero).first().copied().unwrap_or(Range::LINE);
        Self { loss, view, predictions, kinks: View::kinks(loss), boxes: 0 }
    }

    fn over(&self) -> String {
        let symbol = self.loss.card().prediction.symbol();
        format!("all y {} and {symbol} {}", self.loss.card().target_domain, self.loss.card().prediction_domain)
    }

    fn run(&mut self, claim: Claim) -> Result<(), Stuck> {
        self.search(claim)?;
        if let Claim::Curved(_) = claim {
            self.gradient_rises_at_kinks()?;
        }
        Ok(())
    }

    /// The parts of the second side that boxes start from: those between kinks, and the kinks where they count.
    fn parts(&self, claim: Claim) -> Vec<Range> {
        let is_kink = |part: &Range| part.is_point() && self.kinks.contains(&part.low);
        match self.view {
            View::Prediction => Range::of_domain(self.loss.card().prediction_domain)
                .into_iter()
                .flat_map(|part| part.apart(&self.kinks))
                .filter(|part| claim.counts_at_kinks() || !is_kink(part))
                .collect(),
            View::Residual => {
                if claim == Claim::Falls {
                    // At the target itself the claim says nothing.
                    return Range::LINE.apart(&self.kinks).into_iter().filter(|part| !is_kink(part)).collect();
                }
                let parts = Range::LINE.apart(&self.kinks).into_iter();
                parts.filter(|part| claim.counts_at_kinks() || !is_kink(part)).collect()
            }
        }
    }

    /// Cuts boxes until the claim follows in all of them.
    fn search(&mut self, claim: Claim) -> Result<(), Stuck> {
        let targets = Range::of_domain(self.loss.card().target_domain);
        let parts = self.parts(claim);
        let start = targets.iter().flat_map(|&target| parts.iter().map(move |&other| Cell { target, other, cuts: 0 }));
        let mut open: VecDeque<Cell> = start.collect();
        let limit = self.boxes + BUDGET;
        while let Some(cell) = open.pop_front() {
            self.boxes += 1;
            // Beyond the domain of predictions there is nothing to prove.
            let Some(jet) = self.enclose(cell) else { continue };
            let side = self.side(cell.other);
            if claim.holds(&jet, side) || claim.holds(&self.tighten(cell, jet), side) {
                continue;
            }
            self.refute(claim, cell)?;
            if self.boxes >= limit || cell.cuts >= DEEPEST {
                return Err(Stuck::Undecided(self.describe(cell)));
            }
            match self.cut(cell, jet) {
                Some(halves) => open.extend(halves),
                None => return Err(Stuck::Undecided(self.describe(cell))),
            }
        }
        Ok(())
    }

    fn side(&self, other: Range) -> Side {
        match self.view {
            View::Residual if other.high <= 0.0 => Side::Below,
            View::Residual if other.low >= 0.0 => Side::Above,
            _ => Side::Unknown,
        }
    }

    /// Value, gradient and Hessian over a box, `None` where it has no prediction inside of the domain.
    fn enclose(&self, cell: Cell) -> Option<Jet<Bounds>> {
        let y = cell.target.bounds().as_target();
        let z = match self.view {
            View::Residual => Bounds::beside(y, cell.other.bounds()),
            View::Prediction => cell.other.bounds(),
        };
        let z = z.within(self.predictions.bounds())?;
        Some(self.loss.bounds(y, z))
    }

    /// The enclosures over a box, narrowed by Taylor's theorem around ends and middle of its second side.
    ///
    /// That side is a shift of the prediction, so derivatives in it are those in the prediction. The theorem needs a
    /// continuous function whose derivative exists but for corners: one with the gradient enclosed, or one with a
    /// continuous gradient and the Hessian enclosed.
    fn tighten(&self, cell: Cell, jet: Jet<Bounds>) -> Jet<Bounds> {
        let mut tight = self.between_target_ends(cell, jet);
        if !jet.value.is_continuous() {
            return tight;
        }
        let Range { low, high, open_low, open_high } = cell.other;
        // At an open end, the limits.
        let ends = [Range { open_low, ..Range::point(low) }, Range { open_high, ..Range::point(high) }];
        let middle = Range::point(cell.other.middle());
        for centre in [ends[0], ends[1], middle].into_iter().filter(|centre| centre.low.is_finite()) {
            let Some(at) = self.enclose(Cell { other: centre, ..cell }) else { continue };
            if !self.reaches_whole(cell) {
                continue;
            }
            let step = Bounds::new(low, high) - Bounds::point(centre.low);
            tight.value = tight.value.meet(at.value + tight.gradient * step);
            if jet.gradient.is_continuous() {
                let half = Bounds::point(0.5);
                tight.gradient = tight.gradient.meet(at.gradient + jet.hessian * step);
                let squared = dartboard_numerics::Real::square(step);
                tight.value = tight.value.meet(at.value + at.gradient * step + jet.hessian * squared * half);
            }
        }
        tight
    }

    /// The enclosures of what is linear in the target, from the two ends of the targets: events and their cost.
    ///
    /// Where what is known of the whole box does not hold at an end, the box is left as it is.
    fn between_target_ends(&self, cell: Cell, jet: Jet<Bounds>) -> Jet<Bounds> {
        let Range { low, high, .. } = cell.target;
        if cell.target.is_point() || !low.is_finite() || !high.is_finite() || !self.reaches_whole(cell) {
            return jet;
        }
        let at = |y: f64| self.enclose(Cell { target: Range::point(y), ..cell });
        let (Some(left), Some(right)) = (at(low), at(high)) else { return jet };
        let between = |whole: Bounds, left: Bounds, right: Bounds| {
            if whole.is_linear_in_target() { whole.meet(left.hull(right)) } else { whole }
        };
        Jet {
            value: between(jet.value, left.value, right.value),
            gradient: between(jet.gradient, left.gradient, right.gradient),
            hessian: between(jet.hessian, left.hessian, right.hessian),
        }
    }

    /// Whether all predictions of the box lie inside of the domain, so that the line from one to another does.
    fn reaches_whole(&self, cell: Cell) -> bool {
        match self.view {
            View::Prediction => true,
            View::Residual => {
                let low = cell.target.low + cell.other.low;
                let high = cell.target.high + cell.other.high;
                low >= self.predictions.low && high <= self.predictions.high
            }
        }
    }

    /// Looks for a point that breaks the claim: at ends and middle of the targets, in the middle of the other side.
    fn refute(&self, claim: Claim, cell: Cell) -> Result<(), Stuck> {
        let Range { low, high, .. } = cell.target;
        for y in [cell.target.middle(), low, high].into_iter().filter(|&y| self.loss.card().target_domain.contains(y)) {
            let other = cell.other.middle();
            let z = match self.view {
                View::Residual => y + other,
                View::Prediction => other,
            };
            if !self.loss.card().prediction_domain.contains(z) {
                continue;
            }
            let side = if self.view == View::Prediction || z == y {
                Side::Unknown
            } else if z < y {
                Side::Below
            } else {
                Side::Above
            };
            let jet = self.loss.bounds(Bounds::point(y), Bounds::point(z));
            if claim.fails(&jet, side) && !self.is_kink(y, z) {
                return Err(Stuck::Refuted(self.point(y, z)));
            }
        }
        Ok(())
    }

    /// Whether rounding may have put a point onto a kink, where derivatives are a convention.
    fn is_kink(&self, y: f64, z: f64) -> bool {
        self.loss.properties().kinks.iter().any(|kink| kink.at(y).contains(&z))
    }

    fn point(&self, y: f64, z: f64) -> String {
        format!("y = {y}, {} = {z}", self.loss.card().prediction.symbol())
    }

    fn describe(&self, cell: Cell) -> String {
        format!("y {}, {} {}", cell.target, self.view.symbol(self.loss.card().prediction.symbol()), cell.other)
    }

    /// Both halves of a box. The sides take turns, but targets are left whole where narrower ones tell nothing more.
    fn cut(&self, cell: Cell, jet: Jet<Bounds>) -> Option<Vec<Cell>> {
        let cuts = cell.cuts + 1;
        let by_target: Vec<Cell> =
            cell.target.halves().into_iter().flatten().map(|target| Cell { target, cuts, ..cell }).collect();
        let by_other: Vec<Cell> =
            cell.other.halves().into_iter().flatten().map(|other| Cell { other, cuts, ..cell }).collect();
        let targets_matter = by_target.iter().any(|half| self.enclose(*half) != Some(jet));
        let targets_first = cuts.is_multiple_of(2) && targets_matter;
        let order = if targets_first { [by_target, by_other] } else { [by_other, by_target] };
        order.into_iter().find(|halves| !halves.is_empty())
    }

    /// Shows for each kink that the value does not jump and the gradient does not fall from the float below to the
    /// float above.
    fn gradient_rises_at_kinks(&mut self) -> Result<(), Stuck> {
        for kink in self.kinks.clone() {
            for target in Range::of_domain(self.loss.card().target_domain) {
                self.gradient_rises_at(kink, target)?;
            }
        }
        Ok(())
    }

    fn gradient_rises_at(&mut self, kink: f64, targets: Range) -> Result<(), Stuck> {
        let mut open = VecDeque::from([targets]);
        let limit = self.boxes + BUDGET;
        while let Some(target) = open.pop_front() {
            self.boxes += 1;
            let bend = self.bend(kink, target);
            let at_ends = || [target.low, target.high].map(|y| self.bend(kink, Range::point(y)));
            if bend.rises || bend.linear && at_ends().iter().all(|end| end.rises) {
                continue;
            }
            if bend.falls {
                return Err(Stuck::Refuted(format!("the kink {}", self.describe_kink(target, kink))));
            }
            match target.halves() {
                Some(halves) if self.boxes < limit => open.extend(halves),
                _ => return Err(Stuck::Undecided(format!("the kink {}", self.describe_kink(target, kink)))),
            }
        }
        Ok(())
    }

    /// What value and gradient do from one side of a kink to the other.
    fn bend(&self, kink: f64, target: Range) -> Bend {
        let at = |other: Range| self.enclose(Cell { target, other, cuts: 0 });
        let around = Range::closed(kink.next_down(), kink.next_up());
        let [before, here, after, across] =
            [Range::below(kink), Range::point(kink), Range::above(kink), around].map(at);
        let (Some(before), Some(here), Some(after), Some(across)) = (before, here, after, across) else {
            // A kink at an end of the domain, or beyond, has one side.
            return Bend { rises: true, falls: false, linear: false };
        };
        let meets = |side: &Jet<Bounds>| rise(here.value, side.value).is_level();
        let joined = across.value.is_continuous() || meets(&before) && meets(&after);
        let gradient = rise(before.gradient, after.gradient);
        let linear = |jet: &Jet<Bounds>| jet.value.is_linear_in_target() && jet.gradient.is_linear_in_target();
        Bend {
            rises: joined && (across.gradient.is_continuous() || gradient.is_no_fall()),
            falls: gradient.is_fall(),
            linear: target.low.is_finite() && target.high.is_finite() && [before, here, after].iter().all(linear),
        }
    }

    fn describe_kink(&self, target: Range, kink: f64) -> String {
        self.describe(Cell { target, other: Range::point(kink), cuts: 0 })
    }
}

/// What happens at a kink.
struct Bend {
    /// The value does not jump, and the gradient does not fall.
    rises: bool,
    /// The gradient falls, for every target.
    falls: bool,
    /// All of this is linear in the target: what holds at both ends of a range holds between.
    linear: bool,
}

/// How far numbers rise from one enclosure to another, and what rounding is granted.
struct Rise {
    low: f64,
    high: f64,
    noise: f64,
}

fn rise(from: Bounds, to: Bounds) -> Rise {
    let rise = to - from;
    let ends = [from.low(), from.high(), to.low(), to.high()];
    let size = ends.into_iter().fold(0.0, |size: f64, end| size.max(end.abs()));
    Rise { low: rise.low(), high: rise.high(), noise: GRANTED * size }
}

impl Rise {
    fn is_no_fall(&self) -> bool {
        self.low >= -self.noise
    }

    fn is_fall(&self) -> bool {
        self.high < -self.noise
    }

    fn is_level(&self) -> bool {
        self.low >= -self.noise && self.high <= self.noise
    }
}
