// The order of opening is what makes it right beside a running service: checkpoint and HEAD come before the log that
// they witness, keys after the records that they seal.
#include "eventstore/store/store_check.h"

#include <memory>
#include <set>
#include <utility>

#include "eventstore/base/status_details.h"
#include "eventstore/log/log_check.h"
#include "eventstore/log/log_check_files.h"
#include "eventstore/store/store_check_checkpoint.h"
#include "eventstore/store/store_check_keys.h"
#include "eventstore/store/vault_signer.h"
#include "eventstore/vault/key_check.h"
#include "eventstore/vault/read_only_key_store.h"
#include "eventstore/vault/vault.h"

namespace throughline {
namespace {

/// The key store as far as it can be used; absent parts were reported.
struct OpenedKeys {
    std::unique_ptr<ReadOnlyKeyStore> sealed;  // Where there is no vault.
    std::unique_ptr<Vault> vault;
    std::unique_ptr<KeyCheck> check;  // Uses one of them, and goes before them.
};

/// An error that is damage goes to the report.
absl::Status ReportDamage(const absl::Status& status, const std::string& path, CheckReport& report) {
    const std::string reason = ReasonOf(status);
    if (!absl::IsDataLoss(status) && reason != "KEY_STORE_MISSING") return status;
    report.Add(CheckPart::kKeys, path, std::string(status.message()));
    report.LeaveOut(CheckPart::kKeys, "the keys: the key store does not open");
    return absl::OkStatus();
}

absl::StatusOr<OpenedKeys> OpenKeys(const StoreCheckOptions& options, CheckReport& report) {
    OpenedKeys opened;
    auto store = ReadOnlyKeyStore::Open(options.keys);
    if (!store.ok()) {
        if (absl::Status other = ReportDamage(store.status(), options.keys, report); !other.ok()) return other;
        return opened;
    }
    if (absl::Status files = CheckFiles((*store)->rocks(), "keys", options.progress, report); !files.ok()) {
        return files;
    }
    KeyStore& rows = **store;
    auto check = KeyCheck::Open(rows, options.kek ? &*options.kek : nullptr);
    if (!check.ok()) {
        if (absl::Status other = ReportDamage(check.status(), options.keys, report); !other.ok()) return other;
        return opened;
    }
    if (options.kek) {
        auto vault = Vault::Open(*std::move(store), *options.kek);
        if (!vault.ok()) return vault.status();
        opened.vault = *std::move(vault);
    } else {
        opened.sealed = *std::move(store);
    }
    opened.check = *std::move(check);
    return opened;
}

/// Before the log is opened, so that what is found in it about these subjects is nothing that still goes on. Errors are
/// met again, and told, when the keys are opened.
std::set<SubjectId> ErasuresFinishedBefore(const std::string& path) {
    const auto store = ReadOnlyKeyStore::Open(path);
    if (!store.ok()) return {};
    auto finished = FinishedErasures(**store);
    return finished.ok() ? *std::move(finished) : std::set<SubjectId>();
}

void VerifyCheckpoint(const LogCheck& log, const OpenedKeys& keys, CheckpointCheck& checkpoint, CheckReport& report) {
    if (!log.meta()) {
        report.LeaveOut(CheckPart::kCheckpoint, "all of it: the store's id cannot be read");
        return;
    }
    checkpoint.Verify(CheckpointOrigin(log.meta()->store_id),
                      keys.vault ? std::optional(keys.vault->CheckpointPublicKey()) : std::nullopt);
}

}  // namespace

absl::StatusOr<CheckedStore> CheckStore(const StoreCheckOptions& options) {
    CheckedStore checked;
    CheckReport& report = checked.report;
    auto checkpoint = CheckpointCheck::Read(options.checkpoint, report);
    if (!checkpoint.ok()) return checkpoint.status();
    const std::set<SubjectId> finished = ErasuresFinishedBefore(options.keys);
    const auto log = LogCheck::Open({.path = options.log, .progress = options.progress}, report);
    if (!log.ok()) return log.status();
    if ((*log)->meta()) checked.store_id = (*log)->meta()->store_id;
    const auto keys = OpenKeys(options, report);
    if (!keys.ok()) return keys.status();
    if (!(*log)->opened()) return checked;

    VerifyCheckpoint(**log, *keys, *checkpoint, report);
    std::optional<StoreKeyCheck> key_check;
    if (keys->check) {
        key_check.emplace(
            StoreKeys{*keys->check, options.open_bodies ? keys->vault.get() : nullptr, (*log)->erased(), finished},
            report);
    }
    if (absl::Status run = (*log)->Run(key_check ? &*key_check : nullptr, checkpoint->root_at()); !run.ok()) return run;
    if (key_check) key_check->Finish();
    checkpoint->Finish(**log);
    return checked;
}

}  // namespace throughline
