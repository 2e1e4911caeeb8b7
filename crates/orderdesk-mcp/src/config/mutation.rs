//! Settings of changes to orders.

section! {
    /// A change reads the order, merges, uploads the whole record and reads it back.
    Mutation, "Changes to orders";

    /// How often a change is applied again when somebody else changed the order meanwhile.
    MUTATION_MAX_RETRIES => max_retries: u32 = "5", within "0" to "20", example "10";

    /// Whether an order is read back after an upload, to report what did not stick.
    MUTATION_VERIFY => verify: bool = "true", example "false";
}
