// check: reads a whole store, also one that is being served, and says what is wrong with it. It changes nothing.
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "eventstore/base/status_details.h"
#include "eventstore/store/store_check.h"
#include "eventstore/vault/key_file.h"
#include "services/throughline/check/check_text.h"
#include "services/throughline/store_folder.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

/// A line on a terminal that is written over and over, and gone at the end.
class ProgressLine {
  public:
    ~ProgressLine() {
        if (written_) Write(stderr, kClear);
    }

    void Show(CheckPart part, std::uint64_t done, std::uint64_t total) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < kInterval) return;
        last_ = now;
        written_ = true;
        const std::string share =
            total > 0 ? fmt::format(", {} %", std::min<std::uint64_t>(100, 100 * done / total)) : "";
        Write(stderr, fmt::format("{}{}: {}{}", kClear, NameOf(part), done, share));
    }

  private:
    static constexpr std::string_view kClear = "\r\033[K";
    static constexpr std::chrono::milliseconds kInterval{200};

    std::chrono::steady_clock::time_point last_{};
    bool written_ = false;
};

class Check final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        app.add_option("--store", store_.path, "Folder of the store; it may be in use.")
            ->type_name("FOLDER")
            ->required();
        app.add_option("--key-file", key_file_,
                       "File of the key that opens the store; default: the folder's name with .key, beside it. Where "
                       "that one is missing, no signature is checked and no key unwrapped.")
            ->type_name("FILE");
        app.add_flag("--open", open_, "Decrypt every body too; what it says is not shown.");
        app.add_option("--output", output_, "table (the default) or json.")->check(CLI::IsMember({"table", "json"}));
    }

    absl::Status Run() override {
        StoreCheckOptions options{
            .log = store_.Log(), .checkpoint = store_.Checkpoint(), .keys = store_.Keys(), .open_bodies = open_};
        if (!store_.Exists()) return absl::NotFoundError(fmt::format("there is no store in {}", store_.path));
        if (absl::Status read = ReadKey(options); !read.ok()) return read;
        std::optional<ProgressLine> progress;
        if (isatty(STDERR_FILENO) == 1) {
            progress.emplace();
            options.progress = [&progress](CheckPart part, std::uint64_t done, std::uint64_t total) {
                progress->Show(part, done, total);
            };
        }
        const auto start = std::chrono::steady_clock::now();
        auto checked = CheckStore(options);
        progress.reset();
        if (!checked.ok()) return checked.status();
        const CheckResult result{store_.path, *std::move(checked), std::chrono::steady_clock::now() - start};
        Print("{}", output_ == "json" ? CheckJson(result) + "\n" : CheckTable(result));
        return StatusOf(result);
    }

  private:
    absl::Status ReadKey(StoreCheckOptions& options) const {
        const std::string path = key_file_.empty() ? store_.DefaultKeyFile() : key_file_;
        std::error_code error;
        if (key_file_.empty() && !open_ && !std::filesystem::exists(path, error)) return absl::OkStatus();
        const auto key = ReadKeyFile(path);
        if (key.ok()) options.kek = *key;
        return key.status();
    }

    static absl::Status StatusOf(const CheckResult& result) {
        const std::uint64_t found = result.checked.report.found();
        if (found == 0) return absl::OkStatus();
        return WithReason(absl::DataLossError(fmt::format(
                              "{} wrong in the store in {}",
                              found == 1 ? "one thing is" : fmt::format("{} things are", found), result.folder)),
                          "STORE_DAMAGED");
    }

    StoreFolder store_;
    std::string key_file_;
    bool open_ = false;
    std::string output_ = "table";
};

}  // namespace

std::unique_ptr<Verb> MakeCheck() {
    return std::make_unique<Check>();
}

}  // namespace throughline
