//! Vendors and base models, and which providers of two catalogs are the same: those with one id.

use super::record::{Pair, Recorder, Subject, pairs};
use super::{Kind, model, provider};
use crate::catalog::{BaseModel, Catalog, Provider, SourcePage, Vendor};

pub(super) fn catalogs<'c>(rec: &mut Recorder<'c, '_>, before: &'c Catalog, after: &'c Catalog) {
    for pair in pairs(&before.vendors, &after.vendors, |vendor| &vendor.id) {
        match pair {
            Pair::Gone(one) => gone(rec, one),
            Pair::New(one) => new(rec, one),
            Pair::Both(one, other) => {
                if one.catalog != other.catalog {
                    gone(rec, one);
                    new(rec, other);
                }
                vendor(&mut rec.of(subject(other)), one, other);
            }
        }
    }
    let listed = |catalog: &'c Catalog| catalog.providers().collect::<Vec<_>>();
    for pair in pairs(&listed(before), &listed(after), |(_, provider)| provider.id.as_str()) {
        providers(rec, &pair);
    }
    for pair in pairs(&before.base_models, &after.base_models, |base| &base.id) {
        base_model(rec, &pair);
    }
}

/// What changes of a vendor are about.
fn subject(vendor: &Vendor) -> Subject<'_> {
    let catalog = Some(vendor.catalog.as_str());
    Subject { catalog, vendor: Some(vendor.id.as_str()), ..Subject::default() }
}

fn gone<'c>(rec: &mut Recorder<'c, '_>, vendor: &'c Vendor) {
    rec.of(subject(vendor)).push(Kind::VendorRemoved, "", Some(vendor.name.clone()), None);
}

fn new<'c>(rec: &mut Recorder<'c, '_>, vendor: &'c Vendor) {
    rec.of(subject(vendor)).push(Kind::VendorAdded, "", None, Some(vendor.name.clone()));
}

fn vendor(rec: &mut Recorder<'_, '_>, before: &Vendor, after: &Vendor) {
    rec.value(Kind::NameChanged, "name", &before.name, &after.name);
    rec.entries(Kind::TextChanged, "labels", &before.labels, &after.labels);
    rec.entries(Kind::TextChanged, "links", &before.links, &after.links);
    rec.items([Kind::TextChanged; 2], "notes", &before.notes, &after.notes);
    rec.value(Kind::TextChanged, "manifest", &before.manifest, &after.manifest);
    rec.source("source", &before.source, &after.source);
    for pair in pairs(&before.sources, &after.sources, |page| &page.url) {
        page(rec, &pair);
    }
}

/// Another page that facts of the vendor are from.
fn page(rec: &mut Recorder<'_, '_>, pair: &Pair<'_, SourcePage>) {
    match pair {
        Pair::Gone(page) => {
            rec.push(Kind::SourceChanged, "sources", Some(page.url.clone()), None);
        }
        Pair::New(page) => {
            rec.push(Kind::SourceChanged, "sources", None, Some(page.url.clone()));
        }
        Pair::Both(one, other) => {
            rec.value(Kind::CheckedAgain, &one.url, &one.checked, &other.checked);
            rec.value(Kind::TextChanged, &one.url, &one.note, &other.note);
        }
    }
}

fn providers<'c>(rec: &mut Recorder<'c, '_>, pair: &Pair<'_, (&'c Vendor, &'c Provider)>) {
    let of = |(vendor, provider): (&'c Vendor, &'c Provider)| Subject {
        provider: Some(provider.id.as_str()),
        ..subject(vendor)
    };
    let name = |(_, provider): (&'c Vendor, &'c Provider)| Some(provider.name.clone());
    match *pair {
        Pair::Gone(&one) => {
            let mut rec = rec.of(of(one));
            rec.push(Kind::ProviderRemoved, "", name(one), None);
            model::models(&mut rec, &one.1.id, &one.1.models, &[]);
        }
        Pair::New(&one) => {
            let mut rec = rec.of(of(one));
            rec.push(Kind::ProviderAdded, "", None, name(one));
            model::models(&mut rec, &one.1.id, &[], &one.1.models);
        }
        Pair::Both(&one, &other) => {
            let catalogs = [one, other].map(|(vendor, _)| vendor.catalog.clone());
            if catalogs[0] != catalogs[1] {
                let [from, to] = catalogs.map(Some);
                rec.of(of(one)).push(Kind::ProviderMovedAway, "", from.clone(), to.clone());
                rec.of(of(other)).push(Kind::ProviderMovedIn, "", from, to);
            }
            let mut rec = rec.of(of(other));
            rec.value(Kind::ProviderVendorChanged, "", &one.0.id, &other.0.id);
            provider::provider(&mut rec, one.1, other.1);
        }
    }
}

fn base_model<'c>(rec: &mut Recorder<'c, '_>, pair: &Pair<'c, BaseModel>) {
    let of = |base: &'c BaseModel| Subject { base_model: Some(&base.id), ..Subject::default() };
    match pair {
        Pair::Gone(base) => {
            rec.of(of(base)).push(Kind::BaseModelRemoved, "", Some(base.name.clone()), None);
        }
        Pair::New(base) => {
            rec.of(of(base)).push(Kind::BaseModelAdded, "", None, Some(base.name.clone()));
        }
        Pair::Both(one, other) => {
            let mut rec = rec.of(of(other));
            rec.value(Kind::NameChanged, "name", &one.name, &other.name);
            rec.value(Kind::BaseChanged, "", &one.base, &other.base);
            model::facts(&mut rec, &one.facts, &other.facts);
            rec.source("source", &one.source, &other.source);
        }
    }
}
