// init: makes a store and its key file. Nothing else ever does, apart from dev.
#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>
#include <CLI/CLI.hpp>

#include "services/throughline/store_folder.h"
#include "services/throughline/verbs/sample_time.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

class Init final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        app.add_option("--store", store_.folder.path, "Folder to make the store in.")->type_name("FOLDER")->required();
        app.add_option(
               "--key-file", store_.key_file,
               "File to make for the key that opens the store; default: the folder's name with .key, beside it. Keep a "
               "copy apart from the store's backups.")
            ->type_name("FILE");
        app.add_flag("--synthetic", store_.synthetic,
                     "For stories and tests: marked for good, with a clock that can be moved and tokens of its own.");
        app.add_option("--synthetic-start", start_,
                       fmt::format("Time at which a synthetic store's clock begins; default {}.", kSampleStart))
            ->type_name("INSTANT");
    }

    absl::Status Run() override {
        if (store_.key_file.empty()) store_.key_file = store_.folder.DefaultKeyFile();
        if (!store_.synthetic && start_ != kSampleStart) {
            return absl::InvalidArgumentError(
                "--synthetic-start needs --synthetic: a real store's clock is the machine's");
        }
        google::protobuf::Timestamp start;
        if (!google::protobuf::util::TimeUtil::FromString(start_, &start)) {
            return absl::InvalidArgumentError("--synthetic-start must be an instant such as 2025-09-01T06:00:00Z");
        }
        store_.synthetic_start = FromMicros(google::protobuf::util::TimeUtil::TimestampToMicroseconds(start));
        if (const absl::Status made = MakeStore(store_); !made.ok()) return made;
        Print("store     {}\nkey file  {}\n", store_.folder.path, store_.key_file);
        Write(stderr, "Whoever loses the key file loses all that the store holds: keep a copy of it somewhere else.\n");
        return absl::OkStatus();
    }

  private:
    NewStore store_;
    std::string start_{kSampleStart};
};

}  // namespace

std::unique_ptr<Verb> MakeInit() {
    return std::make_unique<Init>();
}

}  // namespace throughline
