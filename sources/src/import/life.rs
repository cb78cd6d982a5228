//! Where a model is in its life: status, retirement and delisting, so that none contradicts another.
//!
//! A retirement is the vendor's word. Whichever source tells of it first is named beside it, and only that one or the
//! source of the model's facts changes it.

use portolan_codegen::catalog::{BaseModel, Facts};
use portolan_codegen::manifest::{Day, ModelShape};
use portolan_types::Status;

use super::group::Offer;
use super::model::Place;
use super::origin::Origin;
use super::report::Report;
use super::text::{Written, mapping, scalar};

/// Keys and what becomes of each; one without a value goes.
type Keys = Vec<(&'static str, Option<Written>)>;

/// The life of a model whose facts are this source's.
pub(super) fn of(
    offer: &Offer<'_>,
    place: &Place<'_>,
    shape: Option<&ModelShape>,
    facts: &mut Facts,
    base: Option<&BaseModel>,
    outlives: bool,
    report: &mut Report,
) -> Keys {
    let key = &offer.rows[0].key;
    let mut retired = retired(offer, place, false);
    if let (Some((day, _)), None) = (offer.retires(), &retired) {
        report.omit(key, "retires", &day.0.to_string(), "a retirement needs a whole day");
    }
    let kept = shape.filter(|shape| retired.is_none() && is_anothers(shape, place));
    let is_retired = retired.is_some() || kept.is_some();
    let last = offer.last_seen().filter(|day| day.0.is_full() && !outlives && !is_retired);
    let end = offer.retires().filter(|_| retired.is_some()).map(|(day, _)| day).or(last);
    let end =
        end.or_else(|| kept.and_then(|shape| shape.retired.as_ref()).map(|retired| *retired.on));
    let too_early = |released: Option<Day>| matches!((released, end), (Some(released), Some(end)) if end < released);
    if too_early(facts.released) {
        let released = facts.released.take().map(|day| day.0.to_string()).unwrap_or_default();
        report.omit(key, "released", &released, "later than the day on which the model was gone");
    }
    let mut delisted = last.map(|day| delisted(day, place.origin));
    if facts.released.is_none() && too_early(base.and_then(|base| base.facts.released)) {
        let day = end.map(|day| day.0.to_string()).unwrap_or_default();
        let why = "earlier than the day on which the lab released the model";
        report.omit(key, "last day", &day, why);
        (retired, delisted) = (None, None);
    }
    let status = match offer.status() {
        Some(Status::Retired) if !is_retired => {
            report.omit(key, "status", "retired", "retired without a day");
            None
        }
        Some(Status::Retired | Status::Delisted) | None => None,
        Some(Status::Active) if !is_retired => None,
        Some(Status::Active | Status::Preview) if delisted.is_some() => None,
        Some(status) => Some(status),
    };
    let written = status.map(|status| Written::Line(status.id().to_owned()));
    let mut keys = vec![("delisted", delisted)];
    if kept.is_none() {
        keys.extend([("status", written), ("retired", retired)]);
    } else if status.is_some_and(|status| status != Status::Active) {
        keys.push(("status", written));
    }
    keys
}

/// The life of a model whose facts are another's: it is not gone if this source has a price for it, and its retirement
/// is told if nobody did.
pub(super) fn of_another(
    offer: &Offer<'_>,
    place: &Place<'_>,
    shape: &ModelShape,
    outlives: bool,
) -> Keys {
    let mut keys = Keys::new();
    if outlives {
        keys.push(("delisted", None));
        if shape.status.as_ref().is_some_and(|status| status.0 == Status::Delisted) {
            keys.push(("status", None));
        }
    }
    let is_own = |url: &str| {
        let page = offer.retires().and_then(|(_, page)| page);
        url == place.origin.owner.url() || page == Some(url)
    };
    let may = shape
        .retired
        .as_ref()
        .is_none_or(|retired| retired.source.as_ref().is_some_and(|url| is_own(url)));
    let is_listed = shape.delisted.is_none() || outlives;
    if let Some(retired) = retired(offer, place, true).filter(|_| may && is_listed) {
        keys.push(("retired", Some(retired)));
        if shape.status.is_none() && offer.status() == Some(Status::Deprecated) {
            keys.push(("status", Some(Written::Line(Status::Deprecated.id().to_owned()))));
        }
    }
    keys
}

/// That the source no longer lists the model.
pub(super) fn delisted(last_seen: Day, origin: Origin) -> Written {
    Written::Line(mapping(&[
        ("last_seen".to_owned(), last_seen.0.to_string()),
        ("source".to_owned(), scalar(origin.owner.url())),
    ]))
}

/// Whether somebody else told of the retirement.
fn is_anothers(shape: &ModelShape, place: &Place<'_>) -> bool {
    let source = shape.retired.as_ref().and_then(|retired| retired.source.as_ref());
    source.is_some_and(|url| &**url != place.origin.owner.url())
}

/// The retirement; the source itself is named where it is not that of the model.
fn retired(offer: &Offer<'_>, place: &Place<'_>, in_full: bool) -> Option<Written> {
    let (day, page) = offer.retires().filter(|(day, _)| day.0.is_full())?;
    let source = page.or(in_full.then(|| place.origin.owner.url()));
    let mut entries = vec![("on".to_owned(), day.0.to_string())];
    entries.extend(source.map(|url| ("source".to_owned(), scalar(url))));
    Some(Written::Line(mapping(&entries)))
}
