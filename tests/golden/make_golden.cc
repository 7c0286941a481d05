// Makes the golden store of today's format, and writes down beside it what every later build must find in it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "eventstore/base/digest.h"
#include "eventstore/ledger/note_key.h"
#include "services/throughline/serving/opened_store.h"

namespace throughline {
namespace {

using Json = nlohmann::ordered_json;
using eventstore::v1::SUBJECT_KIND_PUPIL;
using eventstore::v1::SUBJECT_KIND_SCHOOL;

constexpr std::int64_t kStartUs = 1'756'706'400'000'000;  // 2025-09-01T06:00:00Z
constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr std::string_view kCaller = "golden";

std::string Hex(std::string_view bytes) {
    std::string hex;
    for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return hex;
}

/// Ends the program where something is not as it must be.
void Must(const absl::Status& status) {
    if (status.ok()) return;
    fmt::print(stderr, "{}\n", status.ToString());
    std::exit(1);
}

template <class T>
T Must(absl::StatusOr<T> result) {
    Must(result.status());
    return *std::move(result);
}

/// A record as its sender knows it; of what the store wrote by itself only what its header says.
struct Told {
    std::string type;
    std::vector<std::string> tags;
    std::string subject;
    std::string event_id;
    std::optional<std::string> body;
    bool erased = false;
};

class GoldenStore {
  public:
    explicit GoldenStore(std::string folder) : folder_(std::move(folder)) {
        Must(MakeStore({.folder = made_,
                        .key_file = made_.DefaultKeyFile(),
                        .synthetic = true,
                        .synthetic_start = FromMicros(kStartUs)}));
        Restart();
        for (const auto& [kind, key] : {std::pair{SUBJECT_KIND_SCHOOL, "100001"},
                                        {SUBJECT_KIND_PUPIL, "B801200005001"},
                                        {SUBJECT_KIND_PUPIL, "B801200005002"},
                                        {SUBJECT_KIND_PUPIL, "B801200005003"}}) {
            subjects_.push_back(Must(store_->vault().GetOrCreate(kind, key)).id);
        }
    }

    void Restart() {
        store_.reset();
        store_ = Must(OpenedStore::Open(made_, made_.DefaultKeyFile(), [](const absl::Status& why) { Must(why); }));
        TakeOverTheStoresOwn();
    }

    /// So many records about one subject in one request.
    void Append(std::size_t subject, std::string_view type, std::vector<std::string> tags, std::size_t count = 1,
                const std::optional<Query>& unless_newer = std::nullopt) {
        std::optional<Condition> condition;
        if (unless_newer) condition = Condition{*unless_newer, Last(*unless_newer)};
        std::vector<NewEvent> events(count);
        for (NewEvent& event : events) {
            event.id = EventId{TimeOrderedUuid(ToMicros(store_->clock().Now()) / 1'000)};
            event.subject = subjects_[subject];
            event.type = type;
            event.tags = tags;
            event.body = fmt::format("record {} of {} for subject {}", told_.size(), type, subject);
            Told told{event.type, event.tags, ToString(event.subject), ToString(event.id), event.body};
            std::sort(told.tags.begin(), told.tags.end());
            told_.push_back(std::move(told));
        }
        const CommandKey key{std::string(kCaller), CommandId{events[0].id.uuid},
                             fmt::format("request {}", commands_.size())};
        const Appended appended = Must(store_->log().Append(key, condition, events));
        commands_.push_back({{"command", ToString(key.command)},
                             {"request", key.request},
                             {"first", ToUint64(appended.first)},
                             {"last", ToUint64(appended.last)},
                             {"subject", ToString(subjects_[subject])}});
    }

    void MoveClock(std::int64_t days) {
        const CommandKey key{std::string(kCaller), CommandId{RandomUuid()}, fmt::format("move {}", days)};
        Must(store_->store_clock().MoveClock(FromMicros(kStartUs + days * kDayUs), key).status());
        TakeOverTheStoresOwn();
    }

    void Erase(std::size_t subject) {
        const std::string id = ToString(subjects_[subject]);
        Must(store_->erasure().Erase(subjects_[subject], "retention period ended", "operator").status());
        for (Told& told : told_) told.erased = told.erased || told.subject == id;
        for (Json& command : commands_) {
            if (command["subject"] == id) command["refused"] = "SUBJECT_ERASED";
        }
        TakeOverTheStoresOwn();
    }

    /// Copies the store as a kill at this moment would leave it, and describes it.
    void CopyTo(const std::string& folder, const std::string& expected) {
        namespace fs = std::filesystem;
        const StoreFolder copy{folder + "/store"};
        fs::create_directories(copy.path);
        fs::permissions(copy.path, fs::perms::owner_all);
        fs::copy(made_.Log(), copy.Log(), fs::copy_options::recursive);
        fs::copy(made_.Keys(), copy.Keys(), fs::copy_options::recursive);
        fs::copy(made_.DefaultKeyFile(), copy.DefaultKeyFile());
        for (const std::string& database : {copy.Log() + "/db", copy.Keys()}) RemoveDiary(database);
        std::ifstream checkpoint(copy.Checkpoint());
        Describe(expected, std::string(std::istreambuf_iterator<char>(checkpoint), {}));
    }

  private:
    /// RocksDB's diary is no part of the format, and names folders of the machine that it was written on.
    static void RemoveDiary(const std::string& database) {
        std::vector<std::filesystem::path> diary;
        for (const auto& entry : std::filesystem::directory_iterator(database)) {
            const std::string name = entry.path().filename().string();
            if (name == "LOG" || name.starts_with("LOG.old")) diary.push_back(entry.path());
        }
        for (const std::filesystem::path& path : diary) std::filesystem::remove(path);
    }

    void TakeOverTheStoresOwn() {
        ReadOptions options;
        options.from = Position{told_.size()};
        for (const Record& record : Must(store_->log().ReadAll(options)).records) {
            const auto& header = record.header;
            told_.push_back({header.type(),
                             {header.tags().begin(), header.tags().end()},
                             ToString(*UuidFromBytes(header.key_id())),
                             ToString(*UuidFromBytes(header.event_id())),
                             std::nullopt});
        }
    }

    [[nodiscard]] std::vector<std::uint64_t> Matching(const Query& query) const {
        std::vector<std::uint64_t> found;
        for (std::uint64_t i = 0; i < told_.size(); ++i) {
            if (Matches(query, told_[i].type, told_[i].tags)) found.push_back(i);
        }
        return found;
    }

    [[nodiscard]] std::optional<Position> Last(const Query& query) const {
        const auto found = Matching(query);
        return found.empty() ? std::nullopt : std::optional(Position{found.back()});
    }

    [[nodiscard]] Json RecordsAsJson() const {
        Json records = Json::array();
        for (const StoredRecord& stored : Must(store_->records().Read({})).records) {
            const Told& told = told_.at(ToUint64(stored.position));
            Json record{{"type", told.type},
                        {"tags", told.tags},
                        {"subject", told.subject},
                        {"event_id", told.event_id},
                        {"header_sha256", Hex(Sha256(stored.header))}};
            if (told.erased) {
                record["erased"] = true;
            } else {
                record["sealed_sha256"] = Hex(Sha256(stored.sealed_body));
                if (told.body) record["body"] = *told.body;
            }
            records.push_back(std::move(record));
        }
        return records;
    }

    [[nodiscard]] Json QueriesAsJson() const {
        const std::vector<Query> queries{
            Query{},
            Query{{{{"golden.Opened"}, {}}}},
            Query{{{{"golden.Opened", "golden.Closed"}, {}}}},
            Query{{{{}, {"case:1"}}}},
            Query{{{{}, {"case:1", "place:1"}}}},
            Query{{{{"golden.Changed"}, {"case:2"}}}},
            Query{{{{"golden.Opened"}, {"case:1"}}, {{"golden.Closed"}, {}}, {{}, {"list:1"}}}},
            Query{{{{"golden.Never"}, {}}}},
        };
        Json all = Json::array();
        for (const Query& query : queries) {
            Json items = Json::array();
            for (const QueryItem& item : query.items) items.push_back({{"types", item.types}, {"tags", item.tags}});
            all.push_back({{"items", std::move(items)}, {"positions", Matching(query)}});
        }
        return all;
    }

    void Describe(const std::string& path, const std::string& checkpoint) const {
        const TreeHash root = store_->records().Tree().Root();
        std::ofstream out(path);
        const auto list = [&](std::string_view name, const Json& each, std::string_view end) {
            out << "\"" << name << "\": [\n";
            for (std::size_t i = 0; i < each.size(); ++i) out << each[i].dump() << (i + 1 < each.size() ? ",\n" : "\n");
            out << "]" << end << "\n";
        };
        out << "{\n";
        const Json verifier = FormatNoteKey({store_->signer().name(), store_->signer().public_key()});
        out << "\"store_id\": " << Json(ToString(store_->records().StoreId())).dump() << ",\n"
            << "\"root\": \"" << Hex({reinterpret_cast<const char*>(root.data()), root.size()}) << "\",\n"
            << "\"checkpoint\": " << Json(checkpoint).dump() << ",\n"
            << "\"verifier_key\": " << verifier.dump() << ",\n"
            << "\"caller\": " << Json(std::string(kCaller)).dump() << ",\n";
        list("records", RecordsAsJson(), ",");
        list("queries", QueriesAsJson(), ",");
        list("commands", commands_, "");
        out << "}\n";
    }

    const std::string folder_;
    const StoreFolder made_{folder_ + "/made"};
    std::unique_ptr<OpenedStore> store_;
    std::vector<SubjectId> subjects_;  // A school, then pupils.
    std::vector<Told> told_;           // By position.
    std::vector<Json> commands_;
};

void Make(const std::string& folder, const std::string& expected) {
    GoldenStore golden(folder);
    golden.Append(0, "golden.Opened", {"place:1"});
    for (std::size_t pupil = 1; pupil <= 3; ++pupil) {
        const std::string tag = fmt::format("case:{}", pupil);
        golden.Append(pupil, "golden.Opened", {tag}, 1, Query{{{{}, {tag}}}});
        golden.Append(pupil, "golden.Changed", {tag, "place:1"}, 4, Query{{{{"golden.Changed"}, {tag}}}});
    }
    golden.MoveClock(1);
    golden.Append(0, "golden.Listed", {"list:1"}, 300);
    golden.Restart();

    golden.Append(1, "golden.Changed", {"case:1", "place:2"}, 3);
    golden.Append(2, "golden.Closed", {"case:2"}, 1, Query{{{{"golden.Closed"}, {}}}});
    golden.MoveClock(20);
    golden.Erase(2);
    golden.Append(3, "golden.Changed", {"case:3"}, 2);
    golden.Restart();

    golden.Append(0, "golden.Untagged", {}, 2);
    golden.Append(3, "golden.Closed", {"case:3", "place:1"}, 1, Query{{{{}, {"case:3", "place:1"}}}});
    golden.CopyTo(folder, expected);
}

}  // namespace
}  // namespace throughline

int main(int count, char** words) {
    if (count != 3) {
        fmt::print(stderr, "usage: make_golden FOLDER EXPECTED\n");
        return 2;
    }
    throughline::Make(words[1], words[2]);
    return 0;
}
