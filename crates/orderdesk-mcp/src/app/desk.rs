//! The agent's tools, handed to the pages: the two doors do not know each other.

use std::sync::Arc;

use od_mcp::{Desk, DeskCall, DeskTool, Tools};

/// The tools as the pages' console sees them.
pub fn desk(tools: &Tools) -> od_web::Desk {
    let desk = Desk::new(tools.clone());
    let (listing, naming, shaping, running) = (desk.clone(), desk.clone(), desk.clone(), desk);
    od_web::Desk {
        tools: Arc::new(move |identity| listing.tools(identity).into_iter().map(tool).collect()),
        listed: Arc::new(move |name| naming.listed(name)),
        meant: Arc::new(move |tool, arguments| shaping.meant(tool, arguments)),
        read: Desk::read,
        run: Arc::new(move |scope, run| {
            let desk = running.clone();
            Box::pin(async move {
                let call = DeskCall {
                    tool: run.tool,
                    arguments: run.arguments,
                    agreed: run.agreed,
                };
                desk.call(&scope, call).await.map(|answer| od_web::Ran {
                    envelope: answer.envelope,
                    is_error: answer.is_error,
                    effects: answer.effects,
                })
            })
        }),
    }
}

fn tool(tool: DeskTool) -> od_web::Tool {
    od_web::Tool {
        name: tool.name,
        title: tool.title.to_owned(),
        toolset: tool.toolset.to_owned(),
        description: tool.description,
        input: tool.input,
        changes: tool.changes,
        destructive: tool.destructive,
    }
}
