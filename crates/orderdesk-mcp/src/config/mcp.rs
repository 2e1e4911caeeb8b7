//! Settings of what agents are offered.

use super::value::{ConfirmBy, ReplyMode, ToolNames, Toolsets};

section! {
    /// What agents are offered. A request can narrow this further, never widen it.
    Mcp, "MCP";

    /// The sets of tools to offer. The others are neither listed nor callable.
    MCP_TOOLSETS => toolsets: Toolsets = "all", restricts true, example "stores,orders";

    /// Whether only tools that read are offered.
    MCP_READ_ONLY => read_only: bool = "false", restricts true, example "true";

    /// How tool names are listed: `orders_list` or `orders.list`. Calls are accepted under both spellings. With dots
    /// semantic-kernel loads no tool at all, several desktop apps drop the whole server, and some model providers refuse the
    /// request.
    MCP_TOOL_NAMES => tool_names: ToolNames = "underscore", example "dot";

    /// Who agrees to deleting and moving. With `auto` a person, wherever the client can ask one;
    /// `confirm: true` counts where nobody can be asked, or where the question was closed or left alone. With `person` it
    /// never counts, and clients that cannot ask are refused, `orderdesk-mcp call` among them.
    MCP_CONFIRM => confirm: ConfirmBy = "auto", restricts true, example "person";

    /// In which copies replies go out: as `text`, as `structured` content, or `both`, as the protocol recommends. Clients that
    /// hand a model both make it read everything twice: for these `text`, which also leaves the schemas of replies out of
    /// the list of tools. Failures are always told as text. The paths `/mcp/text` and `/mcp/structured` and the header
    /// `X-MCP-Reply` choose for a connection or a request.
    MCP_REPLY => reply: ReplyMode = "both", example "text";

    /// The largest reply of a tool, in bytes. A list stops early and says how to go on.
    MCP_MAX_RESPONSE_BYTES => max_response_bytes: usize = "80000", within "4096" to "10000000", example "40000";
}
