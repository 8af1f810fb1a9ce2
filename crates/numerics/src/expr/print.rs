//! Expressions as text: Unicode for terminals, LaTeX for documents.

use super::{Expr, Function, Node};

/// How a formula is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// One line of Unicode: `½(z − y)²`.
    Unicode,
    /// LaTeX in math mode: `\frac{1}{2} (z - y)^{2}`.
    Latex,
}

/// How tightly the outermost operation of a text binds, loosest first: what decides on parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Cases,
    Sum,
    Product,
    Power,
    Atom,
}

/// Greek letters that parameters and functions are written with.
const GREEK: [(&str, &str, &str); 8] = [
    ("alpha", "α", r"\alpha"),
    ("beta", "β", r"\beta"),
    ("gamma", "γ", r"\gamma"),
    ("delta", "δ", r"\delta"),
    ("epsilon", "ε", r"\varepsilon"),
    ("nu", "ν", r"\nu"),
    ("sigma", "σ", r"\sigma"),
    ("tau", "τ", r"\tau"),
];

impl Expr {
    /// The formula as text.
    pub fn print(self, notation: Notation) -> String {
        self.render(notation).0
    }

    fn render(self, notation: Notation) -> (String, Binding) {
        match self.node() {
            Node::Number(bits) => number(f64::from_bits(bits), notation),
            Node::Symbol(name) => (symbol(name, notation), Binding::Atom),
            Node::Sum(terms) => (sum(&terms, notation), Binding::Sum),
            Node::Product(bits, factors) => product(f64::from_bits(bits), &factors, notation),
            Node::Apply(function, argument) => (apply(function, argument, notation), Binding::Atom),
            Node::Cases(mask, yes, no) => {
                let [subject, bound, yes, no] = [mask.subject, mask.bound, yes, no].map(|part| part.print(notation));
                let text = match notation {
                    Notation::Unicode => format!("{yes}  if {subject} ≤ {bound},  {no}  otherwise"),
                    Notation::Latex => format!(
                        r"\begin{{cases}} {yes} & \text{{if }} {subject} \le {bound} \\ {no} & \text{{otherwise}} \end{{cases}}"
                    ),
                };
                (text, Binding::Cases)
            }
            Node::OverClasses(body) => {
                let body = body.within(Binding::Product, notation);
                let text = match notation {
                    Notation::Unicode => format!("Σⱼ {body}"),
                    Notation::Latex => format!(r"\sum_{{j}} {body}"),
                };
                (text, Binding::Product)
            }
        }
    }

    /// The formula, in parentheses if it binds more loosely than `least`.
    fn within(self, least: Binding, notation: Notation) -> String {
        let (text, binding) = self.render(notation);
        if binding < least { parenthesised(&text) } else { text }
    }
}

fn parenthesised(text: &str) -> String {
    format!("({text})")
}

fn number(value: f64, notation: Notation) -> (String, Binding) {
    let sign = match (value < 0.0, notation) {
        (false, _) => "",
        (true, Notation::Unicode) => "−",
        (true, Notation::Latex) => "-",
    };
    let magnitude = value.abs();
    let text = match notation {
        Notation::Unicode if magnitude == 0.5 => "½".to_owned(),
        Notation::Unicode if magnitude == 0.25 => "¼".to_owned(),
        Notation::Latex if magnitude == 0.5 => r"\frac{1}{2}".to_owned(),
        Notation::Latex if magnitude == 0.25 => r"\frac{1}{4}".to_owned(),
        _ => format!("{magnitude}"),
    };
    (format!("{sign}{text}"), if value < 0.0 { Binding::Sum } else { Binding::Atom })
}

fn symbol(name: &str, notation: Notation) -> String {
    let (base, index) = name.split_once('_').map_or((name, None), |(base, index)| (base, Some(index)));
    let greek = GREEK.iter().find(|(word, ..)| *word == base);
    match notation {
        Notation::Unicode => {
            let base = greek.map_or(base, |&(_, letter, _)| letter);
            match index {
                None => base.to_owned(),
                // Unicode has a subscript j but no subscript c.
                Some("j") => format!("{base}ⱼ"),
                Some(index) => format!("{base}_{index}"),
            }
        }
        Notation::Latex => {
            let base = greek.map_or(base, |&(_, _, command)| command);
            index.map_or_else(|| base.to_owned(), |index| format!("{base}_{{{index}}}"))
        }
    }
}

fn sum(terms: &[(u64, Expr)], notation: Notation) -> String {
    let (plus, minus, leading_minus) = match notation {
        Notation::Unicode => (" + ", " − ", "−"),
        Notation::Latex => (" + ", " - ", "-"),
    };
    let mut text = String::new();
    for (position, &(bits, term)) in terms.iter().enumerate() {
        let coefficient = f64::from_bits(bits);
        text.push_str(match (position, coefficient < 0.0) {
            (0, false) => "",
            (0, true) => leading_minus,
            (_, false) => plus,
            (_, true) => minus,
        });
        text.push_str(&super::scaled(coefficient.abs(), term).within(Binding::Product, notation));
    }
    text
}

fn product(coefficient: f64, factors: &[(Expr, i32)], notation: Notation) -> (String, Binding) {
    let (below, above): (Vec<_>, Vec<_>) = factors.iter().partition(|(_, power)| *power < 0);
    let negative = coefficient < 0.0;
    let numerator = factor_list(coefficient.abs(), &above, notation);
    let magnitude = if below.is_empty() {
        numerator.unwrap_or_else(|| "1".to_owned())
    } else {
        let alone = (coefficient.abs() != 1.0) as usize + above.len() <= 1;
        let below: Vec<_> = below.iter().map(|&(factor, power)| (factor, -power)).collect();
        let denominator = factor_list(1.0, &below, notation).unwrap_or_default();
        match notation {
            Notation::Latex => {
                let bare = |list: &[(Expr, i32)], text: String| match *list {
                    [(only, 1)] => only.print(notation),
                    _ => text,
                };
                let top = match numerator {
                    Some(text) if coefficient.abs() == 1.0 => bare(&above, text),
                    Some(text) => text,
                    None => "1".to_owned(),
                };
                format!(r"\frac{{{top}}}{{{}}}", bare(&below, denominator))
            }
            Notation::Unicode => {
                let top = numerator.unwrap_or_else(|| "1".to_owned());
                let top = if alone { top } else { parenthesised(&top) };
                let bottom = if below.len() > 1 { parenthesised(&denominator) } else { denominator };
                format!("{top}/{bottom}")
            }
        }
    };
    let binding = match (negative, factors, coefficient.abs() == 1.0) {
        (true, ..) => Binding::Sum,
        (false, [(_, power)], true) if *power > 1 => Binding::Power,
        _ => Binding::Product,
    };
    let minus = match (negative, notation) {
        (false, _) => "",
        (true, Notation::Unicode) => "−",
        (true, Notation::Latex) => "-",
    };
    (format!("{minus}{magnitude}"), binding)
}

/// `coefficient a b²`, `None` where nothing but a coefficient of 1 is left.
fn factor_list(coefficient: f64, factors: &[(Expr, i32)], notation: Notation) -> Option<String> {
    let mut texts: Vec<String> = factors
        .iter()
        .map(|&(factor, power)| {
            if power == 1 {
                return factor.within(Binding::Product, notation);
            }
            let base = factor.within(Binding::Atom, notation);
            match notation {
                Notation::Latex => format!("{base}^{{{power}}}"),
                Notation::Unicode => format!("{base}{}", superscript(power)),
            }
        })
        .collect();
    // Short symbols first, sums in parentheses last, as one writes by hand: δ(|r| − ½δ), (1 − y) ln(p).
    let is_symbol = |expr: Expr| matches!(expr.node(), Node::Symbol(_));
    let mut order: Vec<usize> = (0..factors.len()).collect();
    order.sort_by_key(|&i| !is_symbol(factors[i].0));
    texts = order.iter().map(|&i| std::mem::take(&mut texts[i])).collect();
    let mut parts = texts.into_iter();
    let leading_symbol = order.first().is_some_and(|&i| is_symbol(factors[i].0));
    let mut text = match coefficient {
        1.0 => parts.next()?,
        _ => {
            let mut text = number(coefficient, notation).0;
            if let Some(part) = parts.next() {
                let tight = notation == Notation::Unicode && (leading_symbol || part.starts_with('('));
                text.push_str(if tight { "" } else { " " });
                text.push_str(&part);
            }
            text
        }
    };
    for part in parts {
        // A parenthesis needs no space before it, unless the text before it could be read as a function's name.
        let tight = notation == Notation::Unicode && part.starts_with('(') && !text.ends_with(')');
        text.push_str(if tight { "" } else { " " });
        text.push_str(&part);
    }
    Some(text)
}

fn superscript(power: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    power.to_string().chars().map(|c| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize])).collect()
}

fn apply(function: Function, argument: Expr, notation: Notation) -> String {
    let inner = argument.print(notation);
    match (function, notation) {
        (Function::Abs, _) => format!("|{inner}|"),
        (Function::PositivePart, Notation::Unicode) => format!("max(0, {inner})"),
        (Function::PositivePart, Notation::Latex) => format!(r"\max(0, {inner})"),
        (Function::IsPositive, Notation::Unicode) => format!("[{inner} > 0]"),
        (Function::IsPositive, Notation::Latex) => format!("[{inner} > 0]"),
        (Function::Exp, Notation::Unicode) => format!("exp({inner})"),
        (Function::Exp, Notation::Latex) => format!("e^{{{inner}}}"),
        (Function::Ln, Notation::Unicode) => format!("ln({inner})"),
        (Function::Ln, Notation::Latex) => format!(r"\ln({inner})"),
        (Function::Sign, Notation::Unicode) => format!("sign({inner})"),
        (Function::Sign, Notation::Latex) => format!(r"\operatorname{{sign}}({inner})"),
        (Function::Sigmoid, Notation::Unicode) => format!("σ({inner})"),
        (Function::Sigmoid, Notation::Latex) => format!(r"\sigma({inner})"),
        (Function::Softplus, Notation::Unicode) => format!("softplus({inner})"),
        (Function::Softplus, Notation::Latex) => format!(r"\operatorname{{softplus}}({inner})"),
    }
}
