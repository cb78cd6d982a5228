//! Leaves out what only follows from another mistake: a value that could not be read is missing to every later rule.
//!
//! Takes all mistakes of a run; drops those that say what an unreadable value may have said, near enough to it that it may
//! be the cause. What is dropped shows again in the next run, if it was no echo.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::load::Manifests;
use crate::source::Span;

/// Where an unreadable value has to be to be the cause of a mistake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// In the same model.
    Model,
    /// In the own keys of the provider or vendor.
    Around,
    /// In either.
    Either,
}

fn cause(code: Code) -> Option<Cause> {
    match code {
        Code::UnknownCard
        | Code::OverlappingCards
        | Code::TierOrder
        | Code::IncompleteTier
        | Code::TierGrid
        | Code::EmptyPeriod
        | Code::InexactProduct
        | Code::NoRates
        | Code::TierForm
        | Code::NoSighting
        | Code::DuplicateCard
        | Code::StatusConflict
        | Code::OutOfBounds
        | Code::FactSource => Some(Cause::Model),
        Code::NoSource | Code::NoPrices | Code::NoName | Code::UnknownRegion => Some(Cause::Either),
        Code::UnknownGroup
        | Code::UnknownLogin
        | Code::DefaultNotListed
        | Code::SharedVariable
        | Code::RegionPolicy
        | Code::NoEndpoint
        | Code::UnknownApi
        | Code::TemplateVariable
        | Code::NoDefaultApi => Some(Cause::Around),
        _ => None,
    }
}

/// The mistakes that are no echo of another.
pub(crate) fn without_echoes(mistakes: Vec<Diagnostic>, manifests: &Manifests) -> Vec<Diagnostic> {
    let unreadable: Vec<Span> = mistakes
        .iter()
        // An item twice is left out and misses nowhere.
        .filter(|mistake| mistake.code.is_shape() && mistake.code != Code::DuplicateItem)
        .map(|mistake| mistake.span)
        .collect();
    if unreadable.is_empty() {
        return mistakes;
    }
    let extents = Extents::of(manifests);
    let is_echo = |mistake: &Diagnostic| {
        // What stands in for an unreadable value has no place.
        if mistake.span == Span::default() && !mistake.code.is_shape() {
            return true;
        }
        let Some(cause) = cause(mistake.code) else {
            return false;
        };
        let in_model =
            || extents.model(mistake.span).is_some_and(|model| any_in(&unreadable, model));
        let around = || unreadable.iter().any(|span| extents.is_around(*span, mistake.span));
        match cause {
            Cause::Model => in_model(),
            Cause::Around => around(),
            Cause::Either => in_model() || around(),
        }
    };
    mistakes.into_iter().filter(|mistake| !is_echo(mistake)).collect()
}

fn any_in(spans: &[Span], extent: Span) -> bool {
    spans.iter().any(|span| contains(extent, *span))
}

fn contains(extent: Span, span: Span) -> bool {
    extent.file == span.file
        && extent.start <= span.start
        && span.start < extent.end.max(extent.start + 1)
}

/// Where providers and models stand.
struct Extents {
    providers: Vec<Span>,
    models: Vec<Span>,
}

impl Extents {
    fn of(manifests: &Manifests) -> Self {
        let mut extents = Self { providers: Vec::new(), models: Vec::new() };
        for (extent, provider) in
            manifests.vendors.iter().flat_map(|vendor| vendor.file.providers.extents())
        {
            extents.providers.push(extent);
            extents.models.extend(provider.models.extents().map(|(extent, _)| extent));
        }
        extents
    }

    fn model(&self, span: Span) -> Option<Span> {
        self.models.iter().copied().find(|extent| contains(*extent, span))
    }

    /// Whether a place is in the own keys of the provider or vendor of another: in its file, in no model, in no other
    /// provider.
    fn is_around(&self, span: Span, other: Span) -> bool {
        let provider = |span| self.providers.iter().find(|extent| contains(**extent, span));
        let near = provider(span).is_none_or(|extent| contains(*extent, other));
        span.file == other.file && self.model(span).is_none() && near
    }
}
