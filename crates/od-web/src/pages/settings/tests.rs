use crate::{PageOptions, SettingView, tests::house::House};

fn setting(section: &str, name: &str, value: &str) -> SettingView {
    SettingView {
        section: section.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
        origin: "environment".to_owned(),
        about: "What <it> is about.".to_owned(),
    }
}

#[tokio::test]
async fn settings_are_shown_with_where_they_came_from() {
    let pages = PageOptions {
        settings: vec![
            setting("Limits", "RATE_LIMIT_RPM", "77"),
            setting("Limits", "RATE_LIMIT_BURST", "99"),
            setting("MCP", "MCP_REPLY", "<script>alert(1)</script>"),
        ],
        ..PageOptions::default()
    };
    let house = House::with(|plan| plan.web.pages = Some(pages)).await;
    for mut visitor in [house.owner().await, house.locked().await] {
        let page = visitor.get("/settings").await;
        assert_eq!(page.status, 200);
        page.shows("Blue Harbor");
        page.shows("https://orders.example.com/mcp");
        page.shows("What &#60;it&#62; is about.");
        page.hides("<script>alert");
        assert_eq!(page.body.matches("<h2>Limits</h2>").count(), 1);
        assert_eq!(page.body.matches("<td>environment</td>").count(), 3);
    }
    let nobody = house.visitor().get("/settings").await;
    assert_eq!(nobody.location(), "/login?next=%2Fsettings");
}
