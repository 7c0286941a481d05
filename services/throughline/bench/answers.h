// What a load needs to know of the server's answers, read from their bytes without making messages of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <grpcpp/support/byte_buffer.h>

namespace throughline {

/// An AppendResponse.
struct AppendAnswer {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool repeated = false;
};

/// Nothing for bytes that are no AppendResponse.
[[nodiscard]] std::optional<AppendAnswer> ReadAppendAnswer(grpc::ByteBuffer& bytes);

/// What came in answers of Read.
struct RecordsRead {
    std::uint64_t records = 0;
    std::uint64_t header_bytes = 0;
    std::uint64_t body_bytes = 0;
};

/// Adds what a ReadResponse brought. False for bytes that are none.
[[nodiscard]] bool CountRecords(grpc::ByteBuffer& bytes, RecordsRead& read);

/// Remembers which positions were given to appends: eight bytes a request. Not safe from many threads.
class GivenPositions {
  public:
    /// Requests of `facts` facts each.
    explicit GivenPositions(std::uint64_t facts) : facts_(facts) {}

    void Add(std::uint64_t first) { firsts_.push_back(first); }

    /// How many requests were given a position that another one has too. Sorts what it remembers.
    [[nodiscard]] std::uint64_t Doubles();

  private:
    const std::uint64_t facts_;
    std::vector<std::uint64_t> firsts_;
};

}  // namespace throughline
