// A checkpoint has one text; whatever is changed of the signed one, it is no longer believed.
#include "eventstore/ledger/checkpoint.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/ledger/seed_signer.h"
#include "eventstore/ledger/signed_note.h"
#include "eventstore/ledger/subtree.h"
#include "tests/eventstore/ledger/any_note.h"
#include "tests/eventstore/ledger/vectors.h"

namespace throughline {
namespace {

using testing::AnyBytes;
using testing::AnyName;
using testing::ArrayOf;
using testing::Edited;
using testing::HashOf;
using testing::Unhex;
using testing::Vectors;

constexpr std::string_view kRootText = "2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA=";

/// The log of the known answers.
struct KnownLog {
    nlohmann::json answers = Vectors()["checkpoint"];
    std::string text = answers["text"].get<std::string>();
    std::string origin = answers["origin"].get<std::string>();
    TreeHash root = HashOf(answers["root"]);
    NoteKey key = *ParseNoteKey(answers["public_key"].get<std::string>());
    std::unique_ptr<SeedSigner> signer =
        *SeedSigner::Create(origin, ArrayOf<kSignerSeedBytes>(Unhex(answers["ed25519_seed_hex"].get<std::string>())));
};

TEST(CheckpointTest, SignsTheKnownText) {
    const KnownLog known;
    EXPECT_EQ(SignCheckpoint(3, known.root, *known.signer), known.text);
}

TEST(CheckpointTest, VerifiesTheKnownText) {
    const KnownLog known;
    const auto checkpoint = VerifyCheckpoint(known.text, known.key);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    EXPECT_EQ(*checkpoint, (Checkpoint{known.origin, 3, known.root}));
    EXPECT_EQ(FormatCheckpoint(*checkpoint), known.text.substr(0, known.text.find("\n\n") + 1));
}

TEST(CheckpointTest, AWitnessMaySignToo) {
    const KnownLog known;
    const auto witness = Vectors()["witness"]["signature_line"].get<std::string>();
    EXPECT_TRUE(VerifyCheckpoint(known.text + witness + "\n", known.key).ok());
    const auto witness_alone = known.text.substr(0, known.text.find("\n\n") + 2) + witness + "\n";
    EXPECT_EQ(ReasonOf(VerifyCheckpoint(witness_alone, known.key).status()), "NOTE_NOT_SIGNED");
}

TEST(CheckpointTest, NoChangedByteIsBelieved) {
    const KnownLog known;
    for (std::size_t i = 0; i < known.text.size(); ++i) {
        std::vector<std::string> changed = {std::string(known.text).erase(i, 1)};
        for (unsigned bit = 0; bit < 8; ++bit) {
            changed.push_back(known.text);
            changed.back()[i] = static_cast<char>(known.text[i] ^ 1 << bit);
        }
        for (const char added : {'\n', ' ', '0', '=', '+', '\0'}) {
            changed.push_back(std::string(known.text).insert(i, 1, added));
        }
        for (const std::string& text : changed) {
            ASSERT_FALSE(VerifyCheckpoint(text, known.key).ok()) << i << "\n" << text;
        }
        ASSERT_FALSE(VerifyCheckpoint(std::string_view(known.text).substr(0, i), known.key).ok()) << i;
        ASSERT_FALSE(VerifyCheckpoint(std::string_view(known.text).substr(i + 1), known.key).ok()) << i;
    }
}

TEST(CheckpointTest, AnotherLogsIsRefused) {
    const KnownLog known;
    const std::string body = FormatCheckpoint({"another.example", 3, known.root});
    const auto bytes = known.signer->Sign(body);
    const SignedNote note{body, {{known.origin, NoteKeyId(known.key), std::string(bytes.begin(), bytes.end())}}};
    const auto checkpoint = VerifyCheckpoint(FormatSignedNote(note), known.key);
    EXPECT_EQ(checkpoint.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(checkpoint.status()), "CHECKPOINT_OF_ANOTHER_LOG");
}

TEST(CheckpointTest, ASignedTextThatIsNoneIsRefused) {
    const KnownLog known;
    const std::string body = "a note of another kind\n";
    const auto bytes = known.signer->Sign(body);
    const SignedNote note{body, {{known.origin, NoteKeyId(known.key), std::string(bytes.begin(), bytes.end())}}};
    EXPECT_EQ(ReasonOf(VerifyCheckpoint(FormatSignedNote(note), known.key).status()), "CHECKPOINT_MALFORMED");
}

TEST(CheckpointTest, ReadsSizesUpToTheLargest) {
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{10}, kTreeSizeMax}) {
        const auto checkpoint = ParseCheckpoint(fmt::format("a\n{}\n{}\n", size, kRootText));
        ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
        EXPECT_EQ(checkpoint->size, size);
    }
}

TEST(CheckpointTest, RefusesEveryOtherSpelling) {
    std::vector<std::string> texts;
    for (const std::string_view size :
         {"", "-1", "+3", "03", "00", " 3", "3 ", "3.0", "0x3", "1e3", "three", "9223372036854775808",
          "18446744073709551615", "18446744073709551619", "99999999999999999999999999"}) {
        texts.push_back(fmt::format("a\n{}\n{}\n", size, kRootText));
    }
    for (const std::string_view origin : {"", "a b", "a+b", " a", "a\r", "\xC2\xA0", "\xFF"}) {
        texts.push_back(fmt::format("{}\n3\n{}\n", origin, kRootText));
    }
    const std::string_view root = kRootText;
    const std::string unpadded(root.substr(0, root.size() - 1));
    for (const std::string& wrong :
         {std::string(), unpadded, unpadded + "==", std::string(root) + "=", " " + std::string(root),
          std::string(root.substr(0, root.size() - 2)) + "B=", std::string(root.substr(4)), std::string(root) + "AAAA",
          std::string(root) + "\r", std::string(42, 'A')}) {
        texts.push_back(fmt::format("a\n3\n{}\n", wrong));
    }
    texts.push_back(fmt::format("a\n3\n{}", root));
    texts.push_back(fmt::format("a\n3\n{}\n\n", root));
    texts.push_back(fmt::format("a\n3\n{}\nextension\n", root));
    texts.push_back(fmt::format("\na\n3\n{}\n", root));
    texts.push_back(fmt::format("a\n\n3\n{}\n", root));
    texts.push_back("a\n3\n");
    texts.push_back("a\n");
    texts.push_back("");
    for (const std::string& text : texts) {
        const auto checkpoint = ParseCheckpoint(text);
        EXPECT_EQ(checkpoint.status().code(), absl::StatusCode::kInvalidArgument) << text;
        EXPECT_EQ(ReasonOf(checkpoint.status()), "CHECKPOINT_MALFORMED") << text;
    }
}

TEST(CheckpointTest, AbortsRatherThanWriteWhatNobodyReads) {
    EXPECT_DEATH((void)FormatCheckpoint({"a b", 1, {}}), "");
    EXPECT_DEATH((void)FormatCheckpoint({"", 1, {}}), "");
    EXPECT_DEATH((void)FormatCheckpoint({"a", kTreeSizeMax + 1, {}}), "");
}

Checkpoint AnyCheckpoint() {
    return {*AnyName(), *rc::gen::arbitrary<std::uint64_t>() & kTreeSizeMax,
            ArrayOf<kTreeHashBytes>(*AnyBytes(kTreeHashBytes))};
}

RC_GTEST_PROP(CheckpointTest, ReadsBackWhatItWrote, ()) {
    const Checkpoint checkpoint = AnyCheckpoint();
    const auto read = ParseCheckpoint(FormatCheckpoint(checkpoint));
    RC_ASSERT(read.ok());
    RC_ASSERT(*read == checkpoint);
}

RC_GTEST_PROP(CheckpointTest, WhatItReadsItWouldWrite, ()) {
    const std::string text = Edited(FormatCheckpoint(AnyCheckpoint()));
    const auto read = ParseCheckpoint(text);
    if (read.ok()) RC_ASSERT(FormatCheckpoint(*read) == text);
}

RC_GTEST_PROP(CheckpointTest, VerifiesWhatItSigned, ()) {
    const auto signer = SeedSigner::Create(*AnyName(), ArrayOf<kSignerSeedBytes>(*AnyBytes(kSignerSeedBytes)));
    RC_ASSERT(signer.ok());
    const Checkpoint checkpoint = AnyCheckpoint();
    const NoteKey key{(*signer)->name(), (*signer)->public_key()};
    const auto verified = VerifyCheckpoint(SignCheckpoint(checkpoint.size, checkpoint.root, **signer), key);
    RC_ASSERT(verified.ok());
    RC_ASSERT(*verified == (Checkpoint{key.name, checkpoint.size, checkpoint.root}));
}

// Lines of strangers may be added; the three lines may not be touched.
RC_GTEST_PROP(CheckpointTest, AnEditedOneSaysTheSameOrIsRefused, ()) {
    const KnownLog known;
    const auto verified = VerifyCheckpoint(Edited(known.text), known.key);
    if (verified.ok()) RC_ASSERT(*verified == (Checkpoint{known.origin, 3, known.root}));
}

}  // namespace
}  // namespace throughline
