//! Creates the future of an impl method in a function without where-clauses.
//!
//! The signature that `expand` gives a method has the clauses `'life0: 'async_trait` and the like. rustc answers
//! "is this type Send?" from its global cache only where no such clause is in scope; within one it proves the answer
//! anew for every method, for all types that the future holds. For the futures of DataFusion, which hold its whole
//! expression tree, these proofs are three quarters of the compile time of several crates
//! (apache/datafusion#13814, rust-dev-guide "Caching and subtle considerations therewith").
//!
//! Output, for a method `async fn f(&self, x: &X) -> Ret { body }` of `impl Trait for Type`:
//!
//! ```text
//! fn f<'life0, 'life1, 'async_trait>(&'life0 self, x: &'life1 X) -> Pin<Box<dyn Future<Output = Ret> + Send + 'async_trait>>
//! where 'life0: 'async_trait, 'life1: 'async_trait, Self: 'async_trait
//! {
//!     fn __future<'async_trait>(__self: &'async_trait Type, x: &'async_trait X) -> Pin<Box<…>> {
//!         Box::pin(async move { body })
//!     }
//!     __future(self, x)
//! }
//! ```

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, ToTokens};
use syn::visit_mut::{self, VisitMut};
use syn::{
    parse_quote, Block, FnArg, GenericArgument, GenericParam, ItemImpl, ItemTrait, Lifetime, Pat,
    ReceiverKind, ReturnType, Signature, Type, TypeImplTrait, TypeReference,
};

/// The receiver's type in a nested function.
#[derive(Clone)]
pub enum Receiver {
    /// `Type`, or `Type<'async_trait>` where the impl's type has lifetimes.
    Is(Type),
    /// Default bodies of traits, which have no type to name, do not get the receiver: they must not use it.
    Unused,
}

/// The receiver of methods of this impl, if its type is one that a nested function can spell.
pub fn receiver_of_impl(item: &ItemImpl) -> Option<Receiver> {
    let Type::Path(path) = &*item.self_ty else { return None };
    let only_lifetimes = item.generics.params.iter().all(|param| matches!(param, GenericParam::Lifetime(_)));
    if !only_lifetimes || item.generics.where_clause.is_some() || path.qself.is_some() {
        return None;
    }
    let mut self_ty = (*item.self_ty).clone();
    let mut only_lifetimes = OnlyLifetimes(true);
    only_lifetimes.visit_type_mut(&mut self_ty);
    OneLifetime.visit_type_mut(&mut self_ty);
    only_lifetimes.0.then_some(Receiver::Is(self_ty))
}

/// The receiver of default bodies of this trait.
pub fn receiver_of_trait(item: &ItemTrait) -> Option<Receiver> {
    item.generics.params.is_empty().then_some(Receiver::Unused)
}

/// Whether a method, as written, can be given a nested function: `&self`, no generics, arguments that are names and
/// whose lifetimes may all be shortened to one.
pub fn is_eligible(receiver: &Receiver, sig: &mut Signature, block: &Block) -> bool {
    let plain_receiver = sig.receiver().is_some_and(|receiver| {
        matches!(receiver.kind, ReceiverKind::Reference(_, None, None)) && receiver.mutability.is_none()
    });
    if !plain_receiver || !sig.generics.params.is_empty() || sig.generics.where_clause.is_some() {
        return false;
    }
    let mut shape = Shape { uniform: true };
    for arg in &mut sig.inputs {
        if let FnArg::Typed(arg) = arg {
            if !matches!(*arg.pat, Pat::Ident(_) | Pat::Wild(_)) || !arg.attrs.is_empty() {
                return false;
            }
            shape.visit_type_mut(&mut arg.ty);
        }
    }
    if let ReturnType::Type(_, ty) = &mut sig.output {
        shape.visit_type_mut(ty);
    }
    let forbidden: &[&str] = match receiver {
        // What `self` and `Self` are in a nested item, nobody knows here.
        Receiver::Is(Type::Path(path)) if path.path.segments.iter().all(|segment| segment.arguments.is_empty()) => {
            &["fn"]
        }
        // `Type<'async_trait>::function` is no expression.
        Receiver::Is(_) => &["fn", "Self"],
        Receiver::Unused => &["fn", "Self", "self"],
    };
    shape.uniform && !mentions(sig.inputs.to_token_stream(), &["Self"])
        && !mentions(sig.output.to_token_stream(), &["Self"])
        && !mentions(block.to_token_stream(), forbidden)
}

/// Gives every argument a name, so that it can be passed on.
pub fn name_arguments(sig: &mut Signature) {
    for (i, arg) in sig.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(arg) = arg {
            if let (Pat::Wild(_), Type::Reference(_)) = (&*arg.pat, &*arg.ty) {
                let name = format_ident!("__arg{}", i, span = Span::mixed_site());
                *arg.pat = parse_quote!(#name);
            }
        }
    }
}

/// Moves the body of an expanded method into a nested function.
pub fn nest(receiver: &Receiver, sig: &Signature, block: &mut Block) {
    let mut parameters = Vec::new();
    let mut arguments = Vec::new();
    let (mut self_ty, mut unused) = (TokenStream::new(), TokenStream::new());
    for arg in &sig.inputs {
        match (arg, receiver) {
            (FnArg::Receiver(arg), Receiver::Unused) => {
                // The expanded body begins with `let __self = self;`.
                let name = Ident::new("__self", arg.self_token.span);
                unused.extend(quote!(let #name = ();));
            }
            (FnArg::Receiver(arg), Receiver::Is(ty)) => {
                self_ty = ty.to_token_stream();
                let self_token = arg.self_token;
                let name = Ident::new("__self", self_token.span);
                parameters.push(quote!(#name: &'async_trait #ty));
                arguments.push(quote!(#self_token));
            }
            (FnArg::Typed(arg), _) => {
                let mut ty = arg.ty.clone();
                OneLifetime.visit_type_mut(&mut ty);
                let pat = &arg.pat;
                parameters.push(quote!(#pat: #ty));
                let Pat::Ident(pat) = &*arg.pat else { unreachable!() };
                let name = &pat.ident;
                arguments.push(quote!(#name));
            }
        }
    }
    let output = &sig.output;
    let stmts = &block.stmts;
    let body = without_self(quote!(#(#stmts)*), &self_ty);
    block.stmts = parse_quote! {
        fn __future<'async_trait>(#(#parameters),*) #output { #unused #body }
        __future(#(#arguments),*)
    };
}

struct OnlyLifetimes(bool);

impl VisitMut for OnlyLifetimes {
    fn visit_generic_argument_mut(&mut self, arg: &mut GenericArgument) {
        self.0 &= matches!(arg, GenericArgument::Lifetime(_));
    }
}

struct Shape {
    uniform: bool,
}

impl VisitMut for Shape {
    fn visit_type_reference_mut(&mut self, ty: &mut TypeReference) {
        // Behind `&mut` lifetimes cannot be shortened.
        self.uniform &= ty.mutability.is_none() && ty.lifetime.is_none();
        visit_mut::visit_type_reference_mut(self, ty);
    }

    fn visit_generic_argument_mut(&mut self, arg: &mut GenericArgument) {
        self.uniform &= !matches!(arg, GenericArgument::Lifetime(_));
        visit_mut::visit_generic_argument_mut(self, arg);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        self.uniform &= lifetime.ident == "static";
    }

    fn visit_type_impl_trait_mut(&mut self, _: &mut TypeImplTrait) {
        self.uniform = false;
    }
}

struct OneLifetime;

impl VisitMut for OneLifetime {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            *lifetime = Lifetime::new("'async_trait", lifetime.span());
        }
    }
}

fn mentions(tokens: TokenStream, names: &[&str]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.iter().any(|name| ident == name),
        TokenTree::Group(group) => mentions(group.stream(), names),
        _ => false,
    })
}

/// Replaces the value `self` by `__self` and the type `Self` by its name.
fn without_self(tokens: TokenStream, self_ty: &TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => out.extend(self_ty.clone()),
            TokenTree::Ident(ident) if ident == "self" => {
                // Not the `self` of a path such as `self::function`.
                let path = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                out.extend([TokenTree::Ident(if path { ident } else { Ident::new("__self", ident.span()) })]);
            }
            TokenTree::Group(group) => {
                let mut new = Group::new(group.delimiter(), without_self(group.stream(), self_ty));
                new.set_span(group.span());
                out.extend([TokenTree::Group(new)]);
            }
            other => out.extend([other]),
        }
    }
    out
}
