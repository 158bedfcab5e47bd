import Foundation
import Testing

@Suite("What is said of arguments", .serialized)
struct ArgumentTests {
    @Test(
        "an option with one dash is refused by its name, whatever letters it has",
        arguments: [
            ["hunt", "-threads", "2", "/dev/null"], ["stat", "-threads", "2", "/dev/null"],
            ["generate", "-hosts", "5", "/tmp/x"], ["rules", "check", "-halt"], ["hunt", "-rules", "x", "/dev/null"],
        ])
    func oneDash(arguments: [String]) throws {
        let result = try Program.run(arguments)
        #expect(result.status == 2, "\(arguments)")
        #expect(result.output.isEmpty, "\(arguments)")
        let wrong = try #require(arguments.first { $0.hasPrefix("-") })
        #expect(result.complaint.hasPrefix("trawl: ") && result.complaint.contains(wrong), "\(result.complaint)")
    }

    @Test(
        "a time with an h in it is a time, and told where it is none",
        arguments: ["-1.5h", "-70m@mh", "-xh"], ["--earliest", "--latest", "--now"])
    func times(text: String, option: String) throws {
        let result = try Program.run(["hunt", option, text, "/dev/null"])
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.complaint.hasPrefix("trawl: \(option): the time \"\(text)\""), "\(result.complaint)")
        #expect(try Program.run(["hunt", option, "-1h", "/dev/null"]).status == 0)
    }

    @Test(
        "help is told where it is asked for",
        arguments: [
            ["--help"], ["hunt", "--help"], ["hunt", "-h"], ["help", "hunt"], ["help"], ["hunt", "-threads", "-h"],
            ["--version"],
        ])
    func help(arguments: [String]) throws {
        let result = try Program.run(arguments)
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("OVERVIEW: ") || result.output.hasPrefix("trawl "))
        #expect(result.complaint.isEmpty)
    }

    @Test(
        "help is output like any other: its reader may leave, and a full disk is told",
        arguments: [["hunt", "--help"], ["--version"], ["help", "stat"]])
    func helpAsOutput(arguments: [String]) throws {
        let script = #"out=$({ "$0" "$@"; echo status $? >&2; } 2>&1 >&3 | cat) 3>/dev/full; echo "$out""#
        let full = try Program.run(shell: script, arguments)
        #expect(full.output.contains("status 2"), "\(full.output)")
        #expect(full.output.contains("standard output: no space left"), "\(full.output)")
        let gone = #"{ sleep 0.1; "$0" "$@"; echo status $? >&2; } | true"#
        #expect(try Program.run(shell: gone, arguments).complaint == "status 0\n")
    }

    @Test(
        "an offset that begins with a dash is a time zone",
        arguments: [["--timezone", "-04:30"], ["--timezone=-04:30"]])
    func zones(arguments: [String]) throws {
        let line = #"{"_time":"2024-01-01T00:00:00","a":1}"#
        let result = try Program.run(["search", "table _time", "-"] + arguments, input: line)
        #expect(result.status == 0, "\(result.complaint)")
        #expect(result.output.contains("1704083400"), "\(result.output)")
    }

    @Test(
        "a time beyond all times leaves its bound open, or says why it can't",
        arguments: ["9999-12-31T23:59:59Z", "3000-01-01"])
    func endOfTime(text: String) throws {
        let line = #"{"_time":"2024-01-01T00:00:00","a":1}"#
        let result = try Program.run(["search", "stats count by a", "--latest", text, "-"], input: line)
        #expect(result.status == 0, "\(result.complaint)")
        #expect(result.output.contains(#""count":1"#))
        let begin = try Program.run(["search", "stats count by a", "--earliest", "1066-10-14", "-"], input: line)
        #expect(begin.status == 0, "\(begin.complaint)")
        let never = try Program.run(["hunt", "--earliest", text, "/dev/null"])
        #expect(never.status == 2)
        #expect(never.complaint.contains("times reach from 1678 to 2261"), "\(never.complaint)")
    }
}
