import Glibc
import Testing

@testable import Reporting

@Suite("Terminal")
struct TerminalTests {
    @Test("a terminal tells its width, which the writer keeps to", .enabled(if: getenv("COLUMNS") == nil))
    func width() throws {
        let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(controller >= 0)
        defer { close(controller) }
        // TIOCSPTLCK and TIOCGPTN, which Swift does not import: the terminal is unlocked and says its number.
        var number: Int32 = 0
        try #require(ioctl(controller, 0x4004_5431, &number) == 0)
        try #require(ioctl(controller, 0x8004_5430, &number) == 0)
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(terminal >= 0)
        defer { close(terminal) }
        var size = winsize(ws_row: 24, ws_col: 132, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
        #expect(Terminal.isTerminal(terminal))
        #expect(Terminal.width(of: terminal) == 132)
    }

    @Test("a pipe is no terminal and has the default width", .enabled(if: getenv("COLUMNS") == nil))
    func pipe() throws {
        let pipe = try Pipe()
        #expect(!Terminal.isTerminal(pipe.writing))
        #expect(!Terminal.wantsColor(pipe.writing))
        #expect(Terminal.width(of: pipe.writing) == Terminal.defaultWidth)
    }
}
