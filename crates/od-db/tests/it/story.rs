//! The story. Each part makes its own tenants, so that all of them share one database.

mod answers;
mod at_once;
mod audit;
mod browsing;
mod changes;
mod consents;
mod console_templates;
mod credentials;
mod idempotency;
mod mirrors;
mod oauth_clients;
mod oauth_grants;
mod ownership;
mod reports;
mod shared;
mod stores;
mod tenants;
mod tokens;
mod webhooks;

use od_db::Db;

/// Everything that must hold on every database.
pub async fn tell(db: &Db) {
    db.ping().await.unwrap();
    db.try_write().await.unwrap();
    shared::the_first_check_value_counts(db).await;

    of_tenants(db).await;

    credentials::a_new_key_becomes_the_current_one(db).await;
    credentials::using_a_key_is_noted_forward_only(db).await;
    credentials::a_revoked_key_loses_its_sealed_copy(db).await;
    credentials::nothing_is_made_with_what_has_ended(db).await;
    credentials::an_expired_key_retires(db).await;
    tokens::a_token_is_found_used_and_ended(db).await;
    tokens::an_expired_token_retires(db).await;
    tokens::finding_a_token_scans_no_table(db).await;
    credentials::a_session_lives_and_ends(db).await;
    credentials::ended_sessions_are_removed(db).await;
    credentials::a_magic_link_works_once(db).await;
    credentials::a_tenant_is_reached_where_its_newest_link_was_sent(db).await;

    stores::a_store_is_found_by_row_id_store_id_and_name(db).await;
    stores::a_second_registration_says_what_is_taken(db).await;
    stores::a_store_changes_and_keeps_the_rest(db).await;
    stores::two_tenants_may_use_the_same_names(db).await;
    stores::the_active_store_belongs_to_the_credential(db).await;
    stores::a_narrower_connection_has_an_active_store_of_its_own(db).await;
    stores::text_with_nul_is_refused(db).await;

    console_templates::what_is_kept_is_found_replaced_and_removed(db).await;

    mirrors::a_copy_goes_on_from_where_it_is(db).await;
    mirrors::a_copy_is_its_tenants_and_goes_with_its_store(db).await;

    reports::tell(db).await;

    oauth_clients::a_registration_that_is_repeated_gives_the_same_program_for_a_while(db).await;
    oauth_clients::programs_that_nobody_uses_are_removed(db).await;
    oauth_clients::of_programs_that_were_never_used_the_newest_are_kept(db).await;

    oauth_grants::a_code_is_used_up_once(db).await;
    oauth_grants::an_answer_that_was_lost_is_given_again(db).await;
    oauth_grants::a_refresh_token_is_good_until_what_it_gave_is_used(db).await;
    oauth_grants::a_refresh_token_that_is_used_supersedes_the_others(db).await;
    oauth_grants::what_has_ended_is_not_made_anew(db).await;
    oauth_grants::of_very_many_refresh_tokens_the_oldest_are_removed(db).await;
    oauth_grants::a_refresh_looks_at_few_rows(db).await;
    oauth_grants::a_grant_ends_with_everything_it_gave(db).await;
    oauth_grants::nothing_is_added_to_a_grant_that_ends(db).await;
    oauth_grants::a_closed_tenant_is_given_nothing(db).await;
    oauth_grants::what_has_ended_is_removed(db).await;

    audit::entries_are_chained_per_tenant(db).await;
    audit::writers_at_the_same_time_leave_no_gap(db).await;
    audit::a_large_batch_keeps_its_order(db).await;
    audit::a_batch_of_many_tenants_is_chained_for_each(db).await;
    audit::entries_of_a_deleted_tenant_are_left_out(db).await;
    audit::entries_are_paged(db).await;
    audit::entries_are_filtered(db).await;
    browsing::entries_are_listed_by_the_time_they_happened(db).await;
    browsing::a_search_has_an_end(db).await;
    browsing::a_search_is_looked_up_by_what_there_is_least_of(db).await;
    browsing::a_page_of_the_log_is_read_by_its_index(db).await;
    browsing::entries_are_found_by_words(db).await;
    browsing::what_a_tenant_has_entries_of_is_listed(db).await;
    browsing::a_request_is_found_by_its_tenant_alone(db).await;
    audit::a_tool_that_was_ever_recorded_is_known(db).await;
    audit::a_part_of_a_chain_is_exported(db).await;
    audit::a_purge_leaves_a_marker_and_a_whole_chain(db).await;
    audit::a_change_is_listed_once(db).await;
    audit::nul_characters_are_replaced(db).await;
    changes::entries_about_an_order_are_found(db).await;
    changes::a_request_is_found_whoever_made_it(db).await;
    changes::what_a_change_altered_goes_with_its_entry(db).await;
    audit::a_head_that_was_tampered_with_is_not_vouched_for_again(db).await;

    at_once::a_renamed_store_keeps_its_new_key_and_remark(db).await;
    at_once::settings_that_were_asked_for_later_stay(db).await;
    at_once::a_tenant_that_is_closed_gets_its_new_key_too(db).await;
    at_once::a_keys_life_is_never_lengthened(db).await;
    at_once::a_sessions_end_moves_forward_only(db).await;
    at_once::the_first_word_on_a_delivery_and_on_a_create_stands(db).await;
    at_once::a_webhook_checks_with_the_key_that_its_store_has(db).await;
    at_once::of_two_active_stores_one_is_active(db).await;

    webhooks::a_repeated_delivery_is_recognised(db).await;
    webhooks::a_delivery_counts_as_new_after_a_day(db).await;
    webhooks::a_webhook_is_found_by_the_digest_of_its_address(db).await;
    webhooks::a_webhook_follows_its_stores_key_and_the_root_key(db).await;

    idempotency::a_name_makes_one_record(db).await;
    idempotency::of_many_who_begin_one_does(db).await;

    answers::a_write_at_work_has_one_row(db).await;
    answers::an_answer_is_kept_and_handed_over_once(db).await;
    answers::an_answer_that_several_have_is_kept_when_all_lost_it(db).await;
    answers::an_ended_credential_takes_its_answers_along(db).await;
    consents::an_answer_is_used_once(db).await;
    consents::a_no_counts_for_its_targets_until_its_time(db).await;

    ownership::another_tenants_rows_are_as_if_they_were_not(db).await;
    ownership::another_tenants_answers_are_as_if_they_were_not(db).await;
    ownership::a_row_of_another_tenant_is_not_written(db).await;
    ownership::deleting_a_tenant_takes_everything_it_owns(db).await;

    shared::a_lease_has_one_holder(db).await;
    shared::leases_fall_with_their_process(db).await;
    shared::of_many_who_ask_one_gets_the_lease(db).await;
    shared::a_process_that_is_cut_off_is_seen_by_the_others(db).await;
}

async fn of_tenants(db: &Db) {
    tenants::a_tenant_comes_with_its_first_key_or_not_at_all(db).await;
    tenants::tenants_are_listed_in_pages(db).await;
    tenants::email_addresses_are_compared_without_case(db).await;
    tenants::a_tenant_is_closed_and_reopened(db).await;
    tenants::a_tenant_is_called_something_else(db).await;
    tenants::a_tenants_holdings_are_counted(db).await;
    tenants::a_deleted_tenant_leaves_its_end(db).await;
    tenants::the_newest_backup_is_known(db).await;
    tenants::finding_a_tenant_by_its_key_scans_no_table(db).await;
}
