// Settings from three places: flags win over the environment, the environment over the file.
#include "services/throughline/settings.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <CLI/CLI.hpp>

#include "services/throughline/exit_code.h"

namespace throughline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Seen {
    std::string key_file = "default";
    int drain_s = 1;
    bool synthetic = false;
    std::vector<std::string> tags;
    std::string view;
};

class Look final : public Verb {
  public:
    explicit Look(Seen& seen) : seen_(seen) {}
    void AddSettings(CLI::App& app) override {
        app.add_option("--key-file", seen_.key_file, "A file.");
        app.add_option("--drain", seen_.drain_s, "Seconds.")->check(CLI::Range(0, 600));
        app.add_flag("--synthetic", seen_.synthetic, "A flag.");
        app.add_option("--tag", seen_.tags, "Several.")->allow_extra_args(false);
        app.add_option("view", seen_.view, "A word.")->required();
    }
    absl::Status Run() override { return absl::OkStatus(); }

  private:
    Seen& seen_;
};

class Other final : public Verb {
  public:
    void AddSettings(CLI::App& app) override { app.add_option("--others-setting", word_, "A word."); }
    absl::Status Run() override { return absl::OkStatus(); }

  private:
    std::string word_;
};

class SettingsTest : public ::testing::Test {
  protected:
    SettingsTest() {
        char folder[] = "/tmp/throughline-settings-XXXXXX";
        folder_ = mkdtemp(folder);
    }
    ~SettingsTest() override { std::filesystem::remove_all(folder_); }

    std::string File(const std::string& content) {
        const std::string path = folder_ + "/settings.toml";
        std::ofstream(path) << content;
        return path;
    }

    absl::StatusOr<ReadSettings> Read(const std::vector<std::string>& arguments,
                                      const std::map<std::string, std::string>& environment = {}) {
        const std::vector<VerbEntry> all{{"look", "Looks.", [this] { return std::make_unique<Look>(scratch_); }},
                                         {"other", "Another.", [] { return std::make_unique<Other>(); }}};
        Look verb(seen_);
        return ReadVerbSettings(all[0], verb, all, arguments, [&](const std::string& name) {
            const auto found = environment.find(name);
            return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
        });
    }

    std::string folder_;
    Seen seen_;
    Seen scratch_;
};

TEST_F(SettingsTest, LeaveTheDefaultsWhereNothingIsSaid) {
    ASSERT_TRUE(Read({"chronology"}).ok());
    EXPECT_EQ(seen_.key_file, "default");
    EXPECT_EQ(seen_.view, "chronology");
}

TEST_F(SettingsTest, TakeFlagsOverTheEnvironmentAndTheEnvironmentOverTheFile) {
    const std::string file = File("key-file = \"from file\"\ndrain = 7\nsynthetic = true\n");
    ASSERT_TRUE(Read({"v", "--settings", file}).ok());
    EXPECT_EQ(seen_.key_file, "from file");
    EXPECT_EQ(seen_.drain_s, 7);
    EXPECT_TRUE(seen_.synthetic);

    seen_ = {};
    ASSERT_TRUE(Read({"v", "--settings", file}, {{"THROUGHLINE_KEY_FILE", "from environment"}}).ok());
    EXPECT_EQ(seen_.key_file, "from environment");
    EXPECT_EQ(seen_.drain_s, 7);

    seen_ = {};
    ASSERT_TRUE(Read({"v", "--settings", file, "--key-file", "from flag"},
                     {{"THROUGHLINE_KEY_FILE", "from environment"}, {"THROUGHLINE_DRAIN", "9"}})
                    .ok());
    EXPECT_EQ(seen_.key_file, "from flag");
    EXPECT_EQ(seen_.drain_s, 9);
}

TEST_F(SettingsTest, NameTheFileItselfInTheEnvironment) {
    ASSERT_TRUE(Read({"v"}, {{"THROUGHLINE_SETTINGS", File("drain = 5\n")}}).ok());
    EXPECT_EQ(seen_.drain_s, 5);
}

TEST_F(SettingsTest, TakeListsFromTheFile) {
    ASSERT_TRUE(Read({"v", "--settings", File("tag = [\"a:1\", \"b:2\"]\n")}).ok());
    EXPECT_THAT(seen_.tags, ElementsAre("a:1", "b:2"));
}

TEST_F(SettingsTest, MayHoldThoseOfAnotherVerbButNoUnknownOnes) {
    EXPECT_TRUE(Read({"v", "--settings", File("others-setting = \"x\"\n")}).ok());
    const absl::Status unknown = Read({"v", "--settings", File("drian = 5\n")}).status();
    EXPECT_EQ(ExitCodeOf(unknown), ExitCode::kBadSettings);
    EXPECT_THAT(std::string(unknown.message()), HasSubstr("drian"));
}

TEST_F(SettingsTest, ThatAreBadEndWithTwoOnTheCommandLineAndWithEightElsewhere) {
    EXPECT_EQ(ExitCodeOf(Read({"v", "--drain", "601"}).status()), ExitCode::kUsage);
    EXPECT_EQ(ExitCodeOf(Read({"v", "--nonsense"}).status()), ExitCode::kUsage);
    EXPECT_EQ(ExitCodeOf(Read({}).status()), ExitCode::kUsage);
    const absl::Status variable = Read({"v"}, {{"THROUGHLINE_DRAIN", "many"}}).status();
    EXPECT_EQ(ExitCodeOf(variable), ExitCode::kBadSettings);
    EXPECT_THAT(std::string(variable.message()), HasSubstr("THROUGHLINE_DRAIN"));
    EXPECT_EQ(ExitCodeOf(Read({"v", "--settings", File("drain = \"many\"\n")}).status()), ExitCode::kBadSettings);
    EXPECT_EQ(ExitCodeOf(Read({"v", "--settings", folder_ + "/nowhere"}).status()), ExitCode::kBadSettings);
    EXPECT_EQ(ExitCodeOf(Read({"v", "--settings", File("[serve]\ndrain = 5\n")}).status()), ExitCode::kBadSettings);
}

TEST_F(SettingsTest, ExplainThemselves) {
    const auto read = Read({"--help"});
    ASSERT_TRUE(read.ok());
    EXPECT_THAT(read->help.value_or(""), HasSubstr("--key-file"));
    EXPECT_THAT(read->help.value_or(""), HasSubstr("Flags win over the environment"));
}

}  // namespace
}  // namespace throughline
