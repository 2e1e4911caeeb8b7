//! Settings of what agents are offered.

use super::value::{ConfirmBy, ToolNames, Toolsets};

section! {
    /// What agents are offered. A request can narrow this further, never widen it.
    Mcp, "MCP";

    /// The sets of tools to offer. The others are neither listed nor callable.
    MCP_TOOLSETS => toolsets: Toolsets = "all", example "stores,orders";

    /// Whether only tools that read are offered.
    MCP_READ_ONLY => read_only: bool = "false", example "true";

    /// How tool names are listed: `orders_list` or `orders.list`. Some clients refuse dots; calls are accepted under
    /// both spellings.
    MCP_TOOL_NAMES => tool_names: ToolNames = "underscore", example "dot";

    /// Who agrees to deleting and moving. With `auto` a person, wherever the client can ask one; elsewhere a call with
    /// `confirm: true`. With `person` such a call never counts, and clients that cannot ask are refused, `orderdesk-mcp call`
    /// among them.
    MCP_CONFIRM => confirm: ConfirmBy = "auto", example "person";

    /// The largest reply of a tool, in bytes. A list stops early and says how to go on.
    MCP_MAX_RESPONSE_BYTES => max_response_bytes: usize = "80000", within "4096" to "10000000", example "40000";
}
