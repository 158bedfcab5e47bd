import Glibc
import Testing

@testable import Reporting

@Suite("Progress line")
struct ProgressLineTests {
    private let half = Progress(
        bytesRead: 580_000_000, bytesTotal: 1_160_000_000, archivesDone: 38, archives: 85, matchedEvents: 3,
        seconds: 2)

    @Test("says everything, with a bar, where there is room")
    func wide() {
        #expect(
            ProgressLine.text(for: half, width: 120)
                == "[===============               ]  50%  580 MB of 1.16 GB  290 MB/s  38 of 85 archives  3 matched events  0:02 left"
        )
    }

    @Test("says what matters most where there is little room")
    func narrow() {
        #expect(
            ProgressLine.text(for: half, width: 70) == "50%  290 MB/s  38 of 85 archives  3 matched events  0:02 left")
        #expect(ProgressLine.text(for: half, width: 34) == "50%  3 matched events  0:02 left")
        #expect(ProgressLine.text(for: half, width: 5) == "50%")
        #expect(ProgressLine.text(for: half, width: 1) == "")
    }

    @Test("without a total there is no percentage, no bar and no time left")
    func pipe() {
        var progress = half
        progress.bytesTotal = nil
        #expect(ProgressLine.text(for: progress, width: 120) == "580 MB  290 MB/s  38 of 85 archives  3 matched events")
    }

    @Test("says nothing of matched events where nothing is looked for")
    func nothingLookedFor() {
        var progress = half
        progress.matchedEvents = nil
        #expect(ProgressLine.text(for: progress, width: 50) == "50%  290 MB/s  38 of 85 archives  0:02 left")
    }

    @Test("keeps to the width and to ASCII whatever the numbers")
    func widths() {
        let numbers = [0, 1, 999, 1_000_000, Int.max]
        for width in 0...200 {
            for read in numbers {
                for total in numbers {
                    for seconds in [0, 1e-9, 1, 1e300, .infinity, .nan] {
                        let progress = Progress(
                            bytesRead: read, bytesTotal: total, archivesDone: 1, archives: total, matchedEvents: read,
                            seconds: seconds)
                        let text = ProgressLine.text(for: progress, width: width)
                        #expect(text.utf8.count <= width && text.utf8.allSatisfy { 0x20..<0x7F ~= $0 })
                    }
                }
            }
        }
    }

    @Test("is written ten times a second at most, over itself, and removed in the end")
    func throttle() throws {
        let pipe = try Pipe()
        var line = ProgressLine(descriptor: pipe.writing)
        let start = ContinuousClock.now
        line.clear()
        for milliseconds in [0, 20, 99, 100, 150, 199, 200] {
            line.show(half, at: start + .milliseconds(milliseconds))
        }
        line.clear()
        line.clear()
        pipe.closeWriting()
        let text = String(decoding: pipe.readAll(), as: UTF8.self)
        let parts = text.components(separatedBy: "\r")
        #expect(parts.count == 5)
        #expect(parts.first == "" && parts.last == "\u{1b}[K")
        #expect(parts[1...3].allSatisfy { $0.contains("50%") && $0.hasSuffix("left\u{1b}[K") })
    }
}

extension String {
    fileprivate func components(separatedBy separator: Unicode.Scalar) -> [String] {
        unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
    }
}
