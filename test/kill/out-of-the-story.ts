/** Places that the story does not come by, each with the reason. One that is recorded must leave this list. */
export const outOfTheStory: Readonly<Record<string, string>> = {
  // Other answers to a need or a decision than the one that the story takes.
  "lib/dojo/answer-match.ts: emit capability.available": "the kata is installed already",
  "lib/dojo/creation.ts: emit kata.creation_proposed": "no realm has a kata",
  "lib/install/decide.ts: emit kata.approval_unconfirmed": "the decision has no proof",
  "lib/install/report.ts: emit kata.created": "a new kata is approved",
  "lib/install/report.ts: emit kata.install_failed": "the install fails",
  // A realm that fails, lies or goes back; each is the same single statement inside of a transaction.
  "lib/sync/run.ts: emit realm.sync_failed": "the sync fails",
  "lib/registry/sync-status.ts: UPDATE realms SET last_attempt_at = ?, failure_code = ?, failure_message = ?, earlier_failures = CASE WHEN failure_code IS NULL THEN NULL ELSE coalesce(earlier_failures, 0) + 1 END WHERE id = ?":
    "the sync fails",
  "lib/registry/pack-tables.ts: INSERT INTO realm_equivocations (realm_id, seq, accepted_pointer, accepted_state, other_pointer, other_state, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING":
    "the realm shows two states under one number",
  "lib/registry/foreign-rows.ts: DELETE FROM realm_kata_index WHERE rowid = ?":
    "the index holds a row that no pack has",
  "lib/registry/write.ts: ROLLBACK": "a transaction fails",
  "lib/registry/damaged-index.ts: openSync": "the index file is damaged; test/kill/faults.test.ts",
  "lib/registry/damaged-index.ts: writeSync": "the index file is damaged; test/kill/faults.test.ts",
  "lib/registry/replace-old-search.ts: DELETE FROM realm_validators": "the index is one of an older build",
  "lib/registry/replace-old-search.ts: UPDATE realm_states SET state = NULL":
    "the index is one of an older build",
  "lib/registry/chunks-table.ts: INSERT OR REPLACE INTO realm_kata_grams (id, block) VALUES (?, ?)":
    "the realm has more than 32 katas: one more row of the same transaction",
  "lib/realm-client/packs.ts: rmSync": "a pack arrives broken",
  // A realm without signatures or without packs: test/sync/child.test.ts kills its sync while it writes.
  "lib/realm-client/client.ts: fetchPointer": "the realm is not signed",
  "lib/registry/pack-tables.ts: UPDATE realm_kata_index SET row_digest = NULL WHERE realm_id = ? AND row_digest IS NOT NULL":
    "the realm gives up its packs",
  // The local realm when the host dropped a kata, which Ronin 1.1.1 does not do.
  "lib/registry/index-writes.ts: DELETE FROM realm_kata_index WHERE realm_id = ? AND kata_name = ? AND kata_version = ?":
    "the host dropped a kata",
  // What a person does to realms, with a command or in the settings.
  "lib/registry/index-writes.ts: DELETE FROM realm_kata_index WHERE realm_id = ?": "a realm is removed",
  "lib/registry/validators-table.ts: DELETE FROM realm_validators WHERE realm_id = ?": "a realm is removed",
  "lib/registry/realms-table.ts: DELETE FROM realms WHERE id = ?": "a realm is removed",
  "lib/registry/realms-table.ts: UPDATE realms SET enabled = ? WHERE id = ?": "a realm leaves the settings",
  "lib/registry/trust-resets.ts: INSERT INTO realm_trust_resets (id, realm_id, reset_at, reset_by, root, seq) VALUES (?, ?, ?, ?, ?, ?)":
    "a person resets a realm's trust",
  "lib/registry/trust-table.ts: DELETE FROM realm_trust WHERE realm_id = ?":
    "a person resets a realm's trust",
  // What happens to a kata after its install.
  "lib/install/restore.ts: emit kata.restored": "the host lost a kata, and a person asks for it",
  "lib/life/propose-updates.ts: emit kata.update_available": "a newer version is published",
  "lib/life/report-trouble.ts: emit kata.incompatible": "another Ronin runs now",
  "lib/life/report-trouble.ts: emit kata.withdrawn": "an installed version is withdrawn",
  "lib/install/guard.ts: emit kata.altered": "somebody edits an installed kata",
  "lib/install/guard.ts: emit receipts.altered": "somebody edits the receipts",
  "lib/registry/notices-table.ts: INSERT INTO kata_notices (kind, realm_id, kata_name, kata_version, subject, first_seen_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING":
    "a newer version is published",
  "lib/registry/notices-table.ts: UPDATE kata_notices SET told_at = ? WHERE…AND told_at IS NULL":
    "a newer version is published",
  "lib/registry/removals.ts: DELETE FROM kata_definitions WHERE name = ? AND version = ? AND source_code = ?":
    "a person takes a kata out; one transaction with the record of it",
  "lib/registry/removals.ts: INSERT INTO kata_removals ( id, kata_name, kata_version, from_realm, source_hash, receipt_id, removed_at, removed_by ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)":
    "a person takes a kata out; one transaction with the record of it",
  "lib/registry/update-choices.ts: INSERT INTO kata_update_choices (kata_name, pinned, skipped, min_age_days, chosen_by, chosen_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET pinned = excluded.pinned, skipped = excluded.skipped, min_age_days = excluded.min_age_days, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at":
    "a person says which updates to propose",
  // Recorded under their caller, as the last thing that it calls.
  "lib/registry/last-check.ts: writeFileSync": "recorded as lib/registry/open-index-writer.ts",
  "lib/realm-client/tuf-cache.ts: writeFileSync": "recorded as lib/realm-client/tuf-root.ts and tuf.ts",
  // Only in a restart, which is not recorded; it removes what nobody reads.
  "lib/runtime/leftovers.ts: rmSync": "a killed process left a staged file",
};
