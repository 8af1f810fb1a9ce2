//! Expressions as presentation MathML, which browsers set by themselves.

use super::print::{Binding, GREEK, in_order_of_writing, scientific, terms_in_order_of_writing, unit_fraction};
use super::{Expr, Function, Node};

/// Between factors: a product that is not written, but read aloud.
const TIMES: &str = "<mo>\u{2062}</mo>";
/// The same before the name of a function, which would run into the factor otherwise.
const TIMES_APART: &str = "<mo rspace=\"0.17em\">\u{2062}</mo>";
/// Between a function's name and its argument, likewise.
const OF: &str = "<mo>\u{2061}</mo>";

impl Expr {
    /// The formula as one element of MathML.
    pub(super) fn mathml(self) -> String {
        self.element().0
    }

    fn element(self) -> (String, Binding) {
        match self.node() {
            Node::Number(bits) => number(f64::from_bits(bits)),
            Node::Symbol(name) => (symbol(name), Binding::Atom),
            Node::Sum(terms) => (sum(&terms), Binding::Sum),
            Node::Product(bits, factors) => product(f64::from_bits(bits), &factors),
            // What is raised to a power is a superscript itself.
            Node::Apply(Function::Exp, exponent) => {
                (format!("<msup><mi>e</mi>{}</msup>", exponent.mathml()), Binding::Power)
            }
            Node::Apply(function, argument) => (apply(function, &argument.mathml()), Binding::Atom),
            Node::Power(base, exponent) => {
                (superscript(&base.inside(Binding::Atom), &exponent.mathml()), Binding::Power)
            }
            Node::Cases(mask, yes, no) => {
                let relation = if mask.strict { "&lt;" } else { "≤" };
                let [subject, bound] = [mask.subject, mask.bound].map(Self::mathml);
                let condition = row(&format!("<mtext>if\u{a0}</mtext>{subject}<mo>{relation}</mo>{bound}"));
                let lines = [(yes.mathml(), condition), (no.mathml(), "<mtext>otherwise</mtext>".to_owned())];
                (cases(&lines), Binding::Cases)
            }
            Node::OverClasses(body) => (over_classes("<mi>j</mi>", body), Binding::Product),
            Node::OverClassesFromC(body) => {
                (over_classes("<mrow><mi>j</mi><mo>≥</mo><mi>c</mi></mrow>", body), Binding::Product)
            }
        }
    }

    /// The element, in parentheses if it binds more loosely than `least`.
    fn inside(self, least: Binding) -> String {
        let (text, binding) = self.element();
        if binding < least { parenthesised("", &text) } else { text }
    }
}

fn over_classes(index: &str, body: Expr) -> String {
    row(&format!("<munder><mo>∑</mo>{index}</munder>{}", body.inside(Binding::Product)))
}

fn row(inner: &str) -> String {
    format!("<mrow>{inner}</mrow>")
}

/// `(first inner)`, the parentheses as tall as what they hold, but no taller than a letter where that is a line:
/// browsers would make them grow for the tail of a y.
fn parenthesised(first: &str, inner: &str) -> String {
    let is_tall = ["<mfrac", "<mtable", "<munder", "<msqrt"].iter().any(|tall| inner.contains(tall));
    let fixed = if is_tall { "" } else { r#" stretchy="false""# };
    row(&format!("<mo{fixed}>(</mo>{first}{inner}<mo{fixed}>)</mo>"))
}

fn superscript(base: &str, exponent: &str) -> String {
    format!("<msup>{base}{exponent}</msup>")
}

fn fraction(top: &str, bottom: &str) -> String {
    format!("<mfrac>{top}{bottom}</mfrac>")
}

fn negated(negative: bool, text: String) -> String {
    if negative { row(&format!("<mo>−</mo>{text}")) } else { text }
}

fn number(value: f64) -> (String, Binding) {
    let plain = |value: f64| format!("<mn>{value}</mn>");
    let magnitude = value.abs();
    let (text, binding) = match (unit_fraction(magnitude), scientific(magnitude)) {
        (Some((below, _)), _) => (fraction(&plain(1.0), &plain(f64::from(below))), Binding::Atom),
        (_, Some((mantissa, exponent))) => {
            let times = if mantissa == "1" { String::new() } else { format!("<mn>{mantissa}</mn><mo>·</mo>") };
            (row(&format!("{times}<msup><mn>10</mn>{}</msup>", number(f64::from(exponent)).0)), Binding::Product)
        }
        _ if magnitude == f64::INFINITY => ("<mi>∞</mi>".to_owned(), Binding::Atom),
        _ => (plain(magnitude), Binding::Atom),
    };
    (negated(value < 0.0, text), if value < 0.0 { Binding::Sum } else { binding })
}

fn symbol(name: &str) -> String {
    let letter = |name: &str| {
        let greek = GREEK.iter().find(|(word, ..)| *word == name);
        format!("<mi>{}</mi>", greek.map_or(name, |&(_, letter, _)| letter))
    };
    match name.split_once('_') {
        Some((base, index)) => format!("<msub>{}{}</msub>", letter(base), letter(index)),
        None => letter(name),
    }
}

fn sum(terms: &[(u64, Expr)]) -> String {
    let mut inner = String::new();
    for (position, (bits, term)) in terms_in_order_of_writing(terms).into_iter().enumerate() {
        let coefficient = f64::from_bits(bits);
        inner += match (position, coefficient < 0.0) {
            (0, false) => "",
            (_, true) => "<mo>−</mo>",
            (_, false) => "<mo>+</mo>",
        };
        inner += &super::scaled(coefficient.abs(), term).inside(Binding::Product);
    }
    row(&inner)
}

fn product(coefficient: f64, factors: &[(Expr, i32)]) -> (String, Binding) {
    let (below, above): (Vec<_>, Vec<_>) = factors.iter().partition(|(_, power)| *power < 0);
    let below: Vec<_> = below.into_iter().map(|(factor, power): (Expr, i32)| (factor, -power)).collect();
    let magnitude = coefficient.abs();
    let text = if below.is_empty() {
        factor_list(magnitude, &above)
    } else {
        // y/(2p) rather than a fraction inside of a fraction.
        let (top, bottom) = unit_fraction(magnitude).map_or((magnitude, 1.0), |(below, _)| (1.0, f64::from(below)));
        fraction(&factor_list(top, &above), &factor_list(bottom, &below))
    };
    let binding = match factors {
        _ if coefficient < 0.0 => Binding::Sum,
        [(_, power)] if magnitude == 1.0 && *power > 1 => Binding::Power,
        _ => Binding::Product,
    };
    (negated(coefficient < 0.0, text), binding)
}

/// `coefficient a b²`; a lone factor without parentheses, since it fills a row of its own.
fn factor_list(coefficient: f64, factors: &[(Expr, i32)]) -> String {
    if let ([(only, 1)], 1.0) = (factors, coefficient) {
        return only.mathml();
    }
    let coefficient = (coefficient != 1.0 || factors.is_empty()).then(|| number(coefficient).0);
    let mut inner = coefficient.unwrap_or_default();
    let mut parts = usize::from(!inner.is_empty());
    let mut after_word = false;
    for (factor, power) in in_order_of_writing(factors) {
        if parts > 0 {
            inner += if after_word || is_named(factor) { TIMES_APART } else { TIMES };
        }
        after_word = is_word(factor);
        parts += 1;
        inner += &match power {
            1 => factor.inside(Binding::Product),
            _ => superscript(&factor.inside(Binding::Atom), &number(f64::from(power)).0),
        };
    }
    if parts == 1 { inner } else { row(&inner) }
}

/// Whether it is a symbol of several letters.
fn is_word(factor: Expr) -> bool {
    let Node::Symbol(name) = factor.node() else { return false };
    name.len() > 1 && !name.contains('_') && GREEK.iter().all(|(word, ..)| *word != name)
}

/// Whether it is written with a name of several letters: as a symbol or as a function of one.
fn is_named(factor: Expr) -> bool {
    let Node::Apply(function, _) = factor.node() else { return is_word(factor) };
    !matches!(function, Function::Abs | Function::Exp | Function::IsPositive | Function::Sqrt)
}

fn apply(function: Function, argument: &str) -> String {
    let named = |name: &str| row(&format!("<mi>{name}</mi>{OF}{}", parenthesised("", argument)));
    match function {
        Function::Abs => row(&format!("<mo>|</mo>{argument}<mo>|</mo>")),
        Function::PositivePart => row(&format!("<mi>max</mi>{OF}{}", parenthesised("<mn>0</mn><mo>,</mo>", argument))),
        Function::IsPositive => row(&format!("<mo>[</mo>{argument}<mo>&gt;</mo><mn>0</mn><mo>]</mo>")),
        Function::Sqrt => format!("<msqrt>{argument}</msqrt>"),
        Function::Exp => superscript("<mi>e</mi>", argument),
        Function::Cosh => named("cosh"),
        Function::Ln => named("ln"),
        Function::Sigmoid => named("σ"),
        Function::Sign => named("sign"),
        Function::Softplus => named("softplus"),
        Function::Tanh => named("tanh"),
    }
}

fn cases(lines: &[(String, String)]) -> String {
    // The attribute is for readers of MathML 3, the style for browsers, whose MathML Core has no such attribute.
    let cell = |inner: &str| format!(r#"<mtd style="text-align:left">{inner}</mtd>"#);
    let lines: String =
        lines.iter().map(|(value, condition)| format!("<mtr>{}{}</mtr>", cell(value), cell(condition))).collect();
    row(&format!(r#"<mo>{{</mo><mtable columnalign="left">{lines}</mtable>"#))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Jet, Real, Scalar};

    fn y() -> Expr {
        Expr::symbol("y")
    }

    fn z() -> Jet<Expr> {
        Jet::variable(Expr::symbol("z"))
    }

    #[test]
    fn squared_error_and_its_derivatives() {
        let loss = (z() - y()).square();
        let residual = "<mrow><mi>z</mi><mo>−</mo><mi>y</mi></mrow>";
        let parentheses = format!("<mrow><mo stretchy=\"false\">(</mo>{residual}<mo stretchy=\"false\">)</mo></mrow>");
        assert_eq!(loss.value.mathml(), format!("<msup>{parentheses}<mn>2</mn></msup>"));
        assert_eq!(loss.gradient.mathml(), format!("<mrow><mn>2</mn>{TIMES}{parentheses}</mrow>"));
        assert_eq!(loss.hessian.mathml(), "<mn>2</mn>");
    }

    #[test]
    fn fractions_need_no_parentheses_and_hold_no_halves() {
        let [a, b] = ["a", "b"].map(Expr::symbol);
        let over = (Expr::number(1.0) - a) / (Expr::number(1.0) + b);
        assert_eq!(
            over.mathml(),
            "<mfrac><mrow><mn>1</mn><mo>−</mo><mi>a</mi></mrow><mrow><mn>1</mn><mo>+</mo><mi>b</mi></mrow></mfrac>"
        );
        let half = Expr::number(-0.5) * a / b;
        let twice = format!("<mrow><mn>2</mn>{TIMES}<mi>b</mi></mrow>");
        assert_eq!(half.mathml(), format!("<mrow><mo>−</mo><mfrac><mi>a</mi>{twice}</mfrac></mrow>"));
        assert_eq!(
            (Expr::number(1.0) / a.square()).mathml(),
            "<mfrac><mn>1</mn><msup><mi>a</mi><mn>2</mn></msup></mfrac>"
        );
    }

    #[test]
    fn symbols_powers_and_roots() {
        let delta = Expr::parameter("delta", 1.0);
        assert_eq!(delta.mathml(), "<mi>δ</mi>");
        assert_eq!(Expr::symbol("z_c").mathml(), "<msub><mi>z</mi><mi>c</mi></msub>");
        assert_eq!(Expr::symbol("mu").mathml(), "<mi>μ</mi>");
        assert_eq!(y().raise(delta).mathml(), "<msup><mi>y</mi><mi>δ</mi></msup>");
        assert_eq!(y().sqrt().mathml(), "<msqrt><mi>y</mi></msqrt>");
        // (eʸ)², not e^y^2.
        let raised = y().exp().square().mathml();
        assert!(raised.starts_with("<msup><mrow><mo stretchy=\"false\">(</mo><msup>"), "{raised}");
    }

    #[test]
    fn names_of_functions_stand_apart() {
        let text = (y() * Expr::symbol("p").ln()).mathml();
        assert!(text.starts_with(&format!("<mrow><mi>y</mi>{TIMES_APART}<mrow><mi>ln</mi>")), "{text}");
        let words = (Expr::symbol("power") * y() * Expr::symbol("delta")).mathml();
        assert_eq!((words.matches(TIMES_APART).count(), words.matches(TIMES).count()), (1, 1), "{words}");
        assert!(!(y() * z().value.abs()).mathml().contains(TIMES_APART));
    }

    #[test]
    fn numbers_are_written_as_by_hand() {
        assert_eq!(number(1.0 / 6.0).0, "<mfrac><mn>1</mn><mn>6</mn></mfrac>");
        assert_eq!(number(1e20).0, "<mrow><msup><mn>10</mn><mn>20</mn></msup></mrow>");
        assert_eq!(number(2.5e-7).0.matches("<mn>").count(), 3);
        assert_eq!((Expr::number(1.0) - y()).mathml(), (-y() + Expr::number(1.0)).mathml());
    }

    #[test]
    fn cases_have_a_brace_and_two_lines() {
        let text = Expr::select(y().abs().at_most(Expr::number(1.0)), y(), -y()).mathml();
        assert_eq!(text.matches("<mtr>").count(), 2);
        assert!(text.starts_with("<mrow><mo>{</mo><mtable") && text.contains("<mo>≤</mo>"), "{text}");
        let strict = Expr::select(y().below(Expr::number(1.0)), y(), -y()).mathml();
        assert!(strict.contains("<mo>&lt;</mo>"), "{strict}");
        let product = (Expr::select(y().at_most(Expr::number(0.0)), y(), -y()) * Expr::symbol("w")).mathml();
        assert!(product.contains("<mo>(</mo><mrow><mo>{</mo>"), "{product}");
    }

    #[test]
    fn sums_over_classes_and_comparisons() {
        let text = Expr::symbol("z_j").exp().over_classes().ln().mathml();
        assert!(text.contains("<munder><mo>∑</mo><mi>j</mi></munder><msup><mi>e</mi>"), "{text}");
        assert_eq!(y().is_positive().mathml(), "<mrow><mo>[</mo><mi>y</mi><mo>&gt;</mo><mn>0</mn><mo>]</mo></mrow>");
    }

    #[test]
    fn every_function_is_one_balanced_element() {
        let all = [
            Function::Abs,
            Function::Cosh,
            Function::Exp,
            Function::Ln,
            Function::PositivePart,
            Function::Sign,
            Function::IsPositive,
            Function::Sigmoid,
            Function::Softplus,
            Function::Sqrt,
            Function::Tanh,
        ];
        for function in all {
            for body in [y(), y() + Expr::number(1.5), -y() / Expr::symbol("p_j")] {
                let text = body.apply_function(function).mathml();
                let mut open: Vec<&str> = vec![];
                for (place, tag) in text.split('<').skip(1).enumerate() {
                    assert!(place == 0 || !open.is_empty(), "{text} is more than one element");
                    let name = tag.split(['>', ' ']).next().unwrap();
                    match name.strip_prefix('/') {
                        Some(name) => assert_eq!(open.pop(), Some(name), "{text}"),
                        None => open.push(name),
                    }
                }
                assert!(open.is_empty(), "{text}");
            }
        }
    }
}
