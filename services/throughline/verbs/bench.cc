// bench: puts a load on a server, and says how fast it answers. It adds facts of nobody: not for a store that matters.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "eventstore/base/status_details.h"
#include "services/throughline/bench/bench_report.h"
#include "services/throughline/bench/run_bench.h"
#include "services/throughline/verbs/connection.h"
#include "services/throughline/verbs/terminal.h"
#include "services/throughline/verbs/verbs.h"

namespace throughline {
namespace {

class BenchVerb final : public Verb {
  public:
    void AddSettings(CLI::App& app) override {
        AddConnectionSettings(app, connection_);
        AddBenchSettings(app, settings_);
    }

    absl::Status Run() override {
        if (absl::Status complete = CompleteBenchSettings(settings_); !complete.ok()) return complete;
        const absl::StatusOr<BenchReport> report = RunBench(settings_, connection_);
        if (!report.ok()) return report.status();
        Print("{}", settings_.output == "json" ? BenchJson(*report) + "\n" : BenchTable(*report));
        return CheckTruth(report->load);
    }

  private:
    /// A server that says what cannot be true is no faster for it.
    static absl::Status CheckTruth(const LoadResult& load) {
        for (const char* wrong : {"POSITION_TWICE", "ANSWER_WRONG", "ANSWER_REPEATED", "RECORDS_MISSING"}) {
            const auto found = load.errors.find(wrong);
            if (found == load.errors.end()) continue;
            return WithReason(
                absl::DataLossError(fmt::format("{} answers cannot be true ({}); run throughline check on the store",
                                                found->second, wrong)),
                wrong);
        }
        return absl::OkStatus();
    }

    ConnectionSettings connection_;
    BenchSettings settings_;
};

}  // namespace

std::unique_ptr<Verb> MakeBench() {
    return std::make_unique<BenchVerb>();
}

}  // namespace throughline
