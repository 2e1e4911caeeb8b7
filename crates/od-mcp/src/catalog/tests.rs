use super::{Catalog, Narrowing, Refusal, ToolNames, Toolset};
use crate::{arguments, lint};

/// Listing everything must not crowd out a model's context: at most 237 tokens a tool, as all tools share them. Counted with o200k,
/// as GPT models do, the listing's JSON has 0.229 tokens a byte.
const BYTES_A_TOOL: usize = 1_040;
/// Mirrors an upstream search with as many filters.
const MANY_PARAMETERS: [&str; 1] = ["orders_list"];

fn catalog() -> Catalog {
    Catalog::new(ToolNames::Underscore).expect("the declarations are good")
}

#[test]
fn every_tool_passes_the_lint() {
    for entry in catalog().entries() {
        let problems = lint::problems(&entry.listed, &MANY_PARAMETERS);
        assert!(problems.is_empty(), "{}: {problems:#?}", entry.listed.name);
    }
}

#[test]
fn every_tool_looks_as_it_was_reviewed() {
    for entry in catalog().entries() {
        insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false}, {
            insta::assert_json_snapshot!(entry.listed.name.to_string(), entry.listed);
        });
    }
}

#[test]
fn the_whole_listing_is_within_budget() {
    let listing: Vec<_> = catalog().entries().iter().map(|entry| entry.listed.clone()).collect();
    let bytes = serde_json::to_vec(&listing).expect("tools serialise").len();
    assert!(bytes <= BYTES_A_TOOL * listing.len(), "{bytes} bytes");
}

#[test]
fn every_example_is_valid_and_names_are_unique() {
    let catalog = catalog();
    let mut names = std::collections::BTreeSet::new();
    for entry in catalog.entries() {
        let example = entry.spec.example.as_object().expect("an object").clone();
        assert_eq!(
            arguments::check(entry, arguments::shape(&entry.spec, example.clone())),
            Ok(example),
            "{}",
            entry.spec.name
        );
        assert!(names.insert(entry.listed.name.clone()), "{} twice", entry.listed.name);
    }
}

#[test]
fn a_question_about_one_store_says_so_to_who_asks_it_of_all() {
    let catalog = catalog();
    for name in ["orders.duplicates", "products.stock"] {
        let entry = catalog.find(name).expect("there");
        let given = serde_json::json!({"stores": "all"});
        let given = arguments::shape(&entry.spec, given.as_object().expect("an object").clone());
        let problems = arguments::check(entry, given).expect_err("there is no such argument");
        assert_eq!(problems[0].suggestion.as_deref(), Some("store"), "{problems:?}");
    }
}

#[test]
fn calls_are_accepted_under_both_spellings_whatever_is_listed() {
    for names in [ToolNames::Underscore, ToolNames::Dot] {
        let catalog = Catalog::new(names).expect("the declarations are good");
        for name in ["orders.mutate_full", "orders_mutate_full"] {
            assert_eq!(
                catalog.find(name).map(|entry| entry.spec.name),
                Some("orders.mutate_full")
            );
        }
        assert!(catalog.find("orders-mutate-full").is_none());
    }
    let dotted = Catalog::new(ToolNames::Dot).expect("the declarations are good");
    let list = dotted.find("orders_list").expect("there");
    assert_eq!(list.listed.name, "orders.list");
    assert!(
        list.listed
            .description
            .as_deref()
            .expect("described")
            .contains("orders.get")
    );
}

#[test]
fn unknown_names_get_the_nearest() {
    assert_eq!(catalog().suggest("order_list"), Some("orders_list"));
    assert_eq!(catalog().suggest("orders.lst"), Some("orders_list"));
    assert_eq!(catalog().suggest("send_newsletter"), None);
}

#[test]
fn a_narrowing_hides_what_it_refuses_and_nothing_else() {
    let catalog = catalog();
    let visible = |narrowing: &Narrowing| {
        catalog
            .visible(narrowing)
            .map(|entry| entry.spec.name)
            .collect::<Vec<_>>()
    };
    let all = visible(&Narrowing::none());
    assert_eq!(all.len(), catalog.entries().len());

    let reading = visible(&Narrowing::read_only());
    assert!(reading.contains(&"orders.get") && reading.contains(&"stores.use_store"));
    assert!(!reading.contains(&"orders.add_note") && !reading.contains(&"stores.delete"));

    let stores = Narrowing::toolsets("stores").expect("known");
    assert!(visible(&stores).contains(&"folders.list"));
    assert!(
        visible(&stores).contains(&"tenant.use_master_key"),
        "signing in is always possible"
    );
    assert!(!visible(&stores).contains(&"orders.get"));

    let note = &catalog.find("orders.add_note").expect("there").spec;
    assert_eq!(Narrowing::read_only().admits(note), Err(Refusal::ReadOnly));
    assert_eq!(stores.admits(note), Err(Refusal::Toolset(Toolset::Orders)));
}

#[test]
fn the_same_part_of_the_catalog_has_one_text() {
    let toolsets = |list: &str| Narrowing::toolsets(list).expect("known");
    let check = |narrowing: Narrowing, expected: &str| assert_eq!(narrowing.canonical(), expected);
    check(Narrowing::none(), "");
    check(toolsets("all"), "");
    check(toolsets("products,insight,order_items,shipments,orders,stores"), "");
    check(
        toolsets("tenant,products,insight,order_items,shipments,orders,stores"),
        "",
    );
    check(Narrowing::read_only(), "readonly");
    check(toolsets("orders,stores"), "only,stores,orders");
    check(toolsets("STORES, orders, tenant"), "only,stores,orders");
    check(toolsets("orders").and(&Narrowing::read_only()), "readonly,only,orders");
    check(toolsets("orders").and(&toolsets("stores")), "only");
    check(toolsets("tenant"), "only");
}

#[test]
fn combining_narrowings_only_takes_away() {
    let orders = Narrowing::toolsets("orders, stores").expect("known");
    let stores = Narrowing::toolsets("STORES").expect("known");
    let all = Narrowing::toolsets("all").expect("known");
    assert_eq!(all, Narrowing::none());
    assert_eq!(orders.and(&stores), stores);
    assert_eq!(orders.and(&all), orders);
    assert_eq!(all.and(&stores), stores);
    let disjoint = stores.and(&Narrowing::toolsets("products").expect("known"));
    let catalog = catalog();
    let left: Vec<_> = catalog.visible(&disjoint).map(|entry| entry.spec.name).collect();
    assert_eq!(left, ["tenant.use_master_key"]);
    let read_only = orders.and(&Narrowing::read_only());
    assert_eq!(read_only.and(&Narrowing::none()), read_only);
}

#[test]
fn unknown_toolsets_are_refused_with_the_nearest() {
    let message = |list: &str| Narrowing::toolsets(list).expect_err("unknown").to_string();
    assert!(message("orders,shipmnts").contains("'shipmnts' (did you mean 'shipments'?)"));
    assert!(message("").contains("known: tenant, stores, orders"));
    assert!(message("orders,").contains("unknown toolset ''"));
}
