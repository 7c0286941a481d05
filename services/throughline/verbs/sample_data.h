// The sample data of `dev`: the packaged story, told through the public API, and tokens for its cast.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/throughline/play/story.h"
#include "services/throughline/serving/serving.h"
#include "services/throughline/store_folder.h"

namespace throughline {

/// The story that is packaged with the program, as its file has it.
[[nodiscard]] std::string_view PackagedStory();

/// Who and what the greeting of `dev` talks about.
struct SampleCast {
    std::string staff;      ///< A member of staff, by their name in the story.
    std::string operator_;  ///< The operator, by their name in the story.
    std::string upn;        ///< Of the pupil.
};

/// A day in the middle of the packaged story.
inline constexpr std::string_view kSampleDay = "2025-10-10";

/// From the story's actors and its first registration of a pupil.
[[nodiscard]] SampleCast CastOf(const Story& story);

/// Tells the story unless it was told to the end before. Told again after a crash in between, it goes on.
[[nodiscard]] absl::Status LoadSampleData(const Story& story, Serving& serving, const StoreFolder& folder);

/// Writes a token for each actor to the store's folder, mode 0600. They hold for a week of real time.
[[nodiscard]] absl::Status WriteTokens(const Story& story, const StoreFolder& folder);

}  // namespace throughline
