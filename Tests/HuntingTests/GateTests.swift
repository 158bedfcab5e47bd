import Hunting
import TestRandom
import Testing

/// Lines in every shape, written in every way, and searches that look only at events of some kind: what is found must not
/// depend on whether lines of other kinds are held back before they are parsed.
@Suite("Gates over raw lines")
struct GateTests {

    /// A string as JSON writes it, now and then with escapes that nobody needs.
    private func quoted(_ text: String, _ random: inout SeededGenerator) -> String {
        var out = "\""
        let zeal = random.once(in: 6) ? 3 : 0
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += random.once(in: 10) ? "\\u0022" : "\\\""
            case "\\": out += random.once(in: 10) ? "\\u005c" : "\\\\"
            case "<" where random.once(in: 3): out += "\\u003c"
            case ">" where random.once(in: 3): out += "\\u003E"
            default:
                if zeal > 0, scalar.value < 128, random.once(in: zeal) {
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }

    private func object(_ members: [(String, String)], _ random: inout SeededGenerator) -> String {
        let space = random.once(in: 4) ? " " : ""
        return "{" + members.map { quoted($0.0, &random) + space + ":" + space + $0.1 }.joined(separator: "," + space)
            + "}"
    }

    private func identifier(_ random: inout SeededGenerator) -> String {
        let number = random.pick(["1", "1", "4688", "10", "11", "3", "46880", "null", "[1]", "1.0"])
        guard !number.hasPrefix("["), number != "null" else { return number }
        return random.once(in: 2) ? number : quoted(number, &random)
    }

    private func xml(_ random: inout SeededGenerator) -> String {
        let id = random.pick(["1", "4688", "10", "&#49;", "<![CDATA[1]]>", "<!-- x -->1", " 1 "])
        let tag = random.pick(["EventID", "EventID Qualifiers='0'", "EventID Qualifiers=\"1\"", "EventID a='>1<'"])
        let name = random.pick(["Event ID", "EventID", "Image"])
        return "<Event><System><Provider Name='Microsoft-Windows-Sysmon'/><\(tag)>\(id)</EventID>"
            + "<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>x</Computer>"
            + (random.once(in: 4) ? "<Data Name='\(name)'>1</Data>" : "")
            + "</System><EventData><Data Name='\(name)'>1</Data></EventData></Event>"
    }

    private func line(_ random: inout SeededGenerator) -> String {
        let channel = random.pick(["Microsoft-Windows-Sysmon/Operational", "Security", "System"])
        let host = "h\(Int.random(in: 0..<4, using: &random))"
        let text = { (value: String, random: inout SeededGenerator) in quoted(value, &random) }
        switch Int.random(in: 0..<11, using: &random) {
        case 0:
            var members = [("Channel", text(channel, &random)), ("Computer", text(host, &random))]
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let key = random.pick(["EventID", "EventID", "EventID", "EventCode", "Event ID", "EventID "])
                members.insert((key, identifier(&random)), at: 0)
            }
            return object(members, &random)
        case 1:
            let id =
                random.once(in: 2)
                ? identifier(&random) : object([("#text", identifier(&random)), ("#attributes", "{}")], &random)
            let system = object(
                [("EventID", id), ("Channel", text(channel, &random)), ("Computer", text(host, &random))], &random)
            let data = object([("EventID", "1"), ("Image", text("a", &random))], &random)
            return object([("Event", object([("System", system), ("EventData", data)], &random))], &random)
        case 2:
            return object(
                [
                    ("event_id", identifier(&random)), ("log_name", text(channel, &random)),
                    ("computer_name", text(host, &random)),
                ], &random)
        case 3:
            let winlog = object(
                [
                    ("event_id", identifier(&random)), ("channel", text(channel, &random)),
                    ("computer_name", text(host, &random)),
                ], &random)
            return object([("process", object([("pid", "1")], &random)), ("winlog", winlog)], &random)
        case 4:
            let name = random.pick(["ProcessRollup2", "DnsRequest", "processrollup2"])
            return object(
                [("event_simpleName", text(name, &random)), ("ComputerName", text(host, &random))], &random)
        case 5: return object([("process_name", text("a.exe", &random)), ("dest", text(host, &random))], &random)
        case 6: return object([("_raw", text(xml(&random), &random))], &random)
        case 7:
            let inner = line(&random)
            return object(
                random.once(in: 2)
                    ? [("_raw", text(inner, &random))]
                    : [("result", object([("_raw", text(inner, &random))], &random))], &random)
        case 8:
            return object(
                [
                    ("Id", identifier(&random)), ("LogName", text(channel, &random)),
                    ("ProviderName", text("Microsoft-Windows-Sysmon", &random)), ("MachineName", text(host, &random)),
                ], &random)
        case 9:
            let id = object([("id", identifier(&random)), ("qualifiers", "0")], &random)
            let event = object(
                [("event_id", id), ("channel", text(channel, &random)), ("computer", text(host, &random))], &random)
            return random.once(in: 2) ? event : object([("body", event)], &random)
        default:
            return object([("message", text("EventID: 1 \"EventID\":1 process_name", &random))], &random)
        }
    }

    @Test(
        "hold back no line that a search counts",
        arguments: [
            "| tstats count from datamodel=Endpoint.Processes by Processes.dest",
            "| tstats count from datamodel=Endpoint.Processes where Processes.dest=h1 by Processes.dest",
            "EventCode=1 | stats count by Computer", "EventID=4688 OR EventCode=10 | stats count by Computer, EventID",
            "EventCode IN (1, 4688) Computer=h* | stats count by Channel",
        ])
    func soundness(_ search: String) async throws {
        var random = SeededGenerator(seed: UInt64(search.utf8.count))
        let folder = try TemporaryFolder()
        var held = 0
        for round in 0..<3 {
            // Long lines between them make it enough for a sample, without which so many keys are not worth looking for.
            let filler = "{\"filler\":\"" + String(repeating: "zyx ", count: 200) + "\"}"
            let lines = (0..<600).flatMap { _ in [line(&random), filler] }
            let path = try folder.write(lines.joined(separator: "\n") + "\n", to: "lines\(round).jsonl")
            let rule = try searchRule(search)
            let fast = try await hunt(rule, in: [path])
            let plain = try await hunt(rule, in: [path]) { $0.usesPrefilter = false }
            #expect(rows(fast) == rows(plain))
            #expect(fast.summary.matchedEvents == plain.summary.matchedEvents)
            #expect(plain.summary.matchedEvents > 0)
            held += plain.summary.parsed - fast.summary.parsed
        }
        #expect(held > 100)
    }
    /// Events of which nearly all are of a kind that is searched, or have a key of it, and hardly any hold what they are asked for.
    private func boundLine(_ random: inout SeededGenerator) -> String {
        let isWanted = random.once(in: 60)
        let user = "u\(Int.random(in: 0..<4, using: &random))"
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let text =
                "%ASA-6-\(isWanted ? "302013" : "722051"): Built outbound TCP connection 12 for outside:192.0.2.1/33"
                + " (192.0.2.1/33) to inside:10.0.0.5/5 (198.51.100.1/5)"
            return object([("host", quoted(user, &random)), ("message", quoted(text, &random))], &random)
        case 1:
            return object(
                [("message", quoted("The user \(user) has logged on.", &random)), ("host", quoted(user, &random))],
                &random)
        default:
            let path = "HKCR\\\(isWanted ? "mscfile" : "txtfile\(user)")\\shell\\open\\command\\(Default)"
            return object(
                [
                    ("Channel", quoted("Microsoft-Windows-Sysmon/Operational", &random)), ("EventID", "13"),
                    ("Computer", quoted(user, &random)), ("EventType", quoted("SetValue", &random)),
                    ("TargetObject", quoted(path, &random)), ("Details", quoted("a.exe", &random)),
                ], &random)
        }
    }

    @Test("hold back what has a wanted key and lacks the literals that go with it", arguments: [51, 52, 53])
    func bound(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let lines = (0..<6000).map { _ in boundLine(&random) }
        let folder = try TemporaryFolder()
        let archive = try folder.write(lines.joined(separator: "\n") + "\n", to: "a.jsonl")
        let rule = try searchRule(
            "| tstats count from datamodel=Network_Traffic.All_Traffic by All_Traffic.dvc All_Traffic.dest"
                + " | append [| tstats count from datamodel=Endpoint.Registry where"
                + " Registry.registry_path=\"*\\\\mscfile\\\\shell\\\\*\" by Registry.dest]")
        let every = try await hunt(rule, in: [archive]) { $0.usesPrefilter = false }
        let some = try await hunt(rule, in: [archive])
        #expect(rows(every).count > 4)
        #expect(rows(some) == rows(every))
        #expect(some.summary.matchedEvents == every.summary.matchedEvents)
    }
}
