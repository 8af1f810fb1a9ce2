//! The notations of formulas.

use super::Expr;
use super::print::Line;

/// How a formula is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// One line of Unicode: `½(z − y)²`.
    Unicode,
    /// LaTeX in math mode: `\frac{1}{2} (z - y)^{2}`.
    Latex,
    /// Presentation MathML without the `math` element around it: `<mrow><mi>z</mi><mo>−</mo><mi>y</mi></mrow>`.
    MathMl,
}

impl Expr {
    /// The formula as text.
    pub fn print(self, notation: Notation) -> String {
        match notation {
            Notation::Unicode => self.line(Line::Unicode),
            Notation::Latex => self.line(Line::Latex),
            Notation::MathMl => self.mathml(),
        }
    }
}
