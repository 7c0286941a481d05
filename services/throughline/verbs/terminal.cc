// Escape codes, widths and wrapping.
#include "services/throughline/verbs/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

namespace throughline {
namespace {

/// Of stdout: its own error mark does not say why.
std::atomic<int> output_error{0};

void Remember(int error) {
    int none = 0;
    output_error.compare_exchange_strong(none, error == 0 ? EIO : error);
}

/// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t Columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

void Write(std::FILE* stream, std::string_view text) {
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), stream) != text.size() && stream == stdout) Remember(errno);
}

int OutputError() {
    errno = 0;
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) Remember(errno);
    return output_error;
}

Ink Ink::For(std::FILE* stream) {
    const char* no_colour = std::getenv("NO_COLOR");
    return Ink(isatty(fileno(stream)) == 1 && (no_colour == nullptr || *no_colour == '\0'));
}

std::string Ink::Wrap(std::string_view code, std::string_view text) const {
    return colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
}

std::string Harmless(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        // U+0080 to U+009F, the other control characters, are C2 80 to C2 9F in UTF-8.
        const bool high = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (high) ++i;
        clean += high || c < 0x20 || c == 0x7F ? ' ' : text[i];
    }
    return clean;
}

std::vector<std::string> Wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    std::string line;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t begin = text.find_first_not_of(' ', at);
        if (begin == std::string_view::npos) break;
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        if (!line.empty() && Columns(line) + 1 + Columns(word) > width) {
            lines.push_back(std::move(line));
            line.clear();
        }
        if (!line.empty()) line += ' ';
        line += word;
        at = end;
    }
    if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
    return lines;
}

std::size_t TerminalWidth() {
    winsize size{};
    if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 100;
    return std::clamp<std::size_t>(size.ws_col, 60, 120);
}

std::string AlignedTable(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Columns(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            if (i + 1 < row.size()) text += std::string(widths[i] - Columns(row[i]) + 2, ' ');
        }
        text += '\n';
    }
    return text;
}

}  // namespace throughline
