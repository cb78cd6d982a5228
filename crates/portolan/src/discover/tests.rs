use super::*;
use crate::testing::ACME;

fn status(environment: &Environment, region: Option<&str>) -> (State, Vec<String>, String) {
    let status = environment.status(&ACME, region);
    (status.state, status.missing, status.advice.unwrap_or_default())
}

#[test]
fn a_required_region_is_asked_for_and_never_taken() {
    let environment = Environment::new().with("ACME_API_KEY", "ac-1");
    let (state, missing, advice) = status(&environment, None);
    assert_eq!((state, missing), (State::Missing, vec!["region".to_owned()]));
    assert_eq!(advice, "a region is required: one of `eu`, `us`");
    assert_eq!(status(&environment, Some("mars")).2, "no such region: one of `eu`, `us`");
    assert_eq!(status(&environment, Some("eu")).0, State::Ready);
    let set = environment.with_region("acme", "us");
    assert_eq!(set.status(&ACME, None).region.as_deref(), Some("us"));
}

#[test]
fn what_is_missing_is_named_exactly() {
    let missing = |environment: &Environment| status(environment, Some("eu"));
    let (state, names, advice) = missing(&Environment::new());
    assert_eq!(
        (state, names),
        (State::Missing, vec!["ACME_API_KEY or ACME_ID and ACME_SECRET".to_owned()])
    );
    assert_eq!(advice, "give the values; the key must be one of the region `eu`");
    let half = Environment::new().with("ACME_ID", "1");
    assert_eq!(missing(&half).1, ["ACME_SECRET"]);
    // All of it at once.
    let all = Environment::new().status(&ACME, None);
    assert_eq!(all.missing, ["region", "ACME_API_KEY or ACME_ID and ACME_SECRET"]);
    let advice = all.advice.as_deref().unwrap();
    assert_eq!(advice, "a region is required: one of `eu`, `us`; give the values");
    let error = all.error(&ACME);
    assert_eq!((error.kind(), error.other_regions()), (ErrorKind::Region, &["eu", "us"][..]));
    assert!(error.message().starts_with("missing: ACME_API_KEY or "), "{error}");
}

#[test]
fn alternatives_that_are_begun_are_alternatives() {
    let sets: &[&[&str]] = &[&["KEY", "RESOURCE"], &["TOKEN", "RESOURCE"], &["OTHER"]];
    for (held, expected) in [
        (&[][..], &["KEY and RESOURCE or TOKEN and RESOURCE or OTHER"][..]),
        (&["RESOURCE"], &["KEY or TOKEN"]),
        (&["KEY"], &["RESOURCE"]),
        (&["KEY", "RESOURCE"], &[]),
        (&["OTHER", "KEY"], &[]),
    ] {
        assert_eq!(missing::of_sets(sets, |name| held.contains(&name)), expected, "{held:?}");
    }
    assert_eq!(missing::of_sets(&[&["ID", "SECRET"]], |_| false), ["ID", "SECRET"]);
}

#[test]
fn whoever_cannot_see_a_shell_s_exports_is_told_where_to_put_a_key() {
    let advice = |environment: &Environment| status(environment, Some("eu")).2;
    let process = Environment { places: vec![Place::Process], ..Environment::new() };
    assert!(advice(&process).contains("give it a dotenv file or an auth file"));
    let told = process.with_dotenv(Path::new("no-such-folder/.env")).unwrap();
    let file = AuthFile::read("no-such-folder/auth.json").unwrap();
    let advice = advice(&told.with_auth_file(file));
    assert!(
        advice.starts_with(
            "put it in `no-such-folder/.env` or in `no-such-folder/auth.json`, or set it in the environment of this \
             process, which is not always that of your shell"
        ),
        "{advice}"
    );
}

#[test]
#[cfg(feature = "labs")]
fn a_key_that_only_one_other_provider_issues_is_told_from_the_catalog() {
    let environment = Environment::new().with("ACME_API_KEY", "tp-planted");
    let advice = status(&environment, Some("eu")).2;
    let use_one = "it looks like one of `xiaomi-token-plan`: use `xiaomi-token-plan-cn` or ";
    assert!(advice.contains(use_one), "{advice}");
    // Many have this prefix.
    let environment = Environment::new().with("ACME_API_KEY", "sk-planted");
    let advice = status(&environment, Some("eu")).2;
    assert!(!advice.contains("it looks like") && !advice.contains("planted"), "{advice}");
}

#[test]
fn an_auth_file_added_first_counts_before_one_added_later() {
    let with = |key: &str| {
        let mut file = AuthFile::default();
        let values = [("ACME_API_KEY".to_owned(), key.into())];
        file.store(Stored::new("acme", Some("eu".to_owned()), values));
        file
    };
    let both =
        Environment::new().with_auth_file(with("ac-first")).with_auth_file(with("ac-second"));
    let Credential::Key(key) = both.access(&ACME, None).unwrap().credential else { panic!() };
    assert_eq!(key.expose_secret(), "ac-first");
}

#[test]
fn a_key_of_another_provider_is_refused_with_the_choice_to_use() {
    let environment = Environment::new().with("ACME_API_KEY", " pl-secret\n");
    let (state, missing, advice) = status(&environment, Some("eu"));
    assert_eq!((state, missing.len()), (State::WrongKey, 0));
    assert_eq!(advice, "a key that starts with `pl-` is for `acme-plan`: use `acme-plan-eu`");
    let named = Environment::new().with_key("acme", "xx-secret".into());
    let advice = status(&named, Some("eu")).2;
    assert_eq!(advice, "the key does not look like one of this provider's, which start with `ac-`");
    assert!(!format!("{environment:?} {named:?}").contains("secret"));
}

#[test]
fn the_first_place_that_has_a_value_counts() {
    let folder = std::env::temp_dir().join(format!("portolan-discover-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let dotenv = folder.join(".env");
    std::fs::write(&dotenv, "ACME_API_KEY='ac-dotenv'\nexport OTHER=1\nEMPTY=\n").unwrap();
    let auth = folder.join("auth.json");
    let mut file = AuthFile::read(&auth).unwrap();
    for (region, key) in [("us", "ac-us"), ("eu", "ac-eu")] {
        let values = [("ACME_API_KEY".to_owned(), key.into())];
        file.store(Stored::new("acme", Some(region.to_owned()), values));
    }
    file.write().unwrap();
    let key = |environment: &Environment, region| match environment
        .access(&ACME, region)
        .unwrap()
        .credential
    {
        Credential::Key(key) => key.expose_secret().to_owned(),
        other => panic!("{other:?}"),
    };
    let stored = Environment::new().with_auth_file(AuthFile::read(&auth).unwrap());
    // What was stored last is the region too; each region has its own key.
    assert_eq!(key(&stored, None), "ac-eu");
    assert_eq!(key(&stored, Some("us")), "ac-us");
    let both = stored.clone().with_dotenv(&dotenv).unwrap();
    assert_eq!(key(&both, Some("us")), "ac-dotenv");
    let named = both.with("ACME_API_KEY", "ac-named");
    assert_eq!(key(&named, Some("us")), "ac-named");
    assert_eq!(key(&named.with_key("acme", "ac-given".into()), Some("us")), "ac-given");

    assert!(!format!("{stored:?} {file:?}").contains("ac-us"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            |mode| std::fs::set_permissions(&auth, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(std::fs::metadata(&auth).unwrap().permissions().mode() & 0o777, 0o600);
        mode(0o644);
        assert!(AuthFile::read(&auth).unwrap_err().message().contains("chmod 600"));
        mode(0o600);
    }
    std::fs::write(
        &auth,
        r#"{"version":1,"credentials":[{"provider":"acme","values":{"A":ac-planted}}]}"#,
    )
    .unwrap();
    let error = AuthFile::read(&auth).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
    std::fs::write(&dotenv, "A 'ac-planted\n").unwrap();
    let error = Environment::new().with_dotenv(&dotenv).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn every_provider_of_the_catalog_says_what_it_needs() {
    for provider in portolan_catalog::providers() {
        let region = provider.regions.names().iter().next().map(|name| name.id);
        let status = Environment::new().status(provider, region);
        let ready = status.state == State::Ready;
        assert!(ready || !status.missing.is_empty() || status.advice.is_some(), "{status:?}");
        assert!(!ready || !provider.auth.required, "{status:?}");
        // A value in each variable of one set is enough, unless the key has a form.
        for set in provider.auth.env {
            let fill = |environment: Environment, name: &&str| environment.with(*name, "value-1");
            let filled = set.iter().fold(Environment::new(), fill);
            let filled = provider.variables.iter().fold(filled, |environment, variable| {
                match variable.env {
                    Some(name) => environment.with(name, "value-1"),
                    None => environment.with_variable(provider.id, variable.name, "value-1"),
                }
            });
            let status = filled.status(provider, region);
            // What Google's variable holds has to be a file that is there.
            let told = ["is not supported yet", "no file of credentials is there"];
            assert!(
                status.state != State::Missing
                    || status.advice.is_some_and(|a| told.iter().any(|told| a.contains(told))),
                "{} {set:?} {:?}",
                provider.id,
                status.missing
            );
        }
    }
}

#[test]
#[cfg(feature = "clouds")]
fn the_path_of_a_file_of_google_is_no_key() {
    let provider = portolan_catalog::provider("google-vertex").unwrap();
    let environment = Environment::new()
        .with("GOOGLE_VERTEX_PROJECT", "acme-1")
        .with("GOOGLE_VERTEX_LOCATION", "us-central1")
        .with("GOOGLE_APPLICATION_CREDENTIALS", "/home/me/key.json");
    let status = environment.status(provider, Some("global"));
    assert_eq!(status.state, State::Missing);
    let advice = status.advice.unwrap();
    assert!(advice.contains("no file of credentials is there"), "{advice}");
    let how = if cfg!(feature = "gcp") { "with_gcp_chain" } else { "the feature `gcp`" };
    assert!(advice.contains(how), "{advice}");
    // Another variable, which a person names for the key, holds the token itself.
    let env: &'static [&'static [&'static str]] = &[&["MY_TOKEN"]];
    let auth = portolan_types::Auth { env, ..provider.auth };
    let own: &'static Provider = Box::leak(Box::new(Provider { auth, ..*provider }));
    let named = environment.clone().with("MY_TOKEN", "ya29.token");
    assert_eq!(named.status(own, Some("global")).state, State::Ready);
    let token = environment.with_key("google-vertex", "ya29.token".into());
    assert_eq!(token.status(provider, Some("global")).state, State::Ready);
}
