import Foundation

/// The planted detection over one line, by the plainest means: parse, look up by name, compare. It knows the shapes and nothing of
/// how the module writes them.
struct DetectionOracle {
    /// The fields that the detection groups by, and the original file name.
    private struct Process {
        var dest: String?
        var user: String?
        var parentName: String?
        var name: String?
        var command: String?
        var number: String?
        var parentNumber: String?
        var original: String?
    }

    /// The row of a line that the detection finds, by the names of its fields.
    static func row(_ line: [UInt8]) throws -> [String: String]? {
        guard let process = process(try object(line)), isFound(process) else { return nil }
        return [
            "dest": process.dest, "user": process.user, "parent_process_name": process.parentName,
            "process_name": process.name, "process": process.command, "process_id": process.number,
            "parent_process_id": process.parentNumber,
        ].mapValues { $0 ?? "null" }
    }

    private static func isFound(_ process: Process) -> Bool {
        func folded(_ text: String?) -> [UInt8] {
            (text ?? "").utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        }
        func isOne(_ text: String?, of names: [String]) -> Bool { names.contains { Array($0.utf8) == folded(text) } }
        guard
            isOne(
                process.name, of: ["pwsh.exe", "sqlps.exe", "sqltoolsps.exe", "powershell.exe", "powershell_ise.exe"])
                || isOne(process.original, of: ["pwsh.dll", "powershell.exe", "powershell_ise.exe"])
        else { return false }
        let command = folded(process.command)
        return ["invoke-wmimethod", "-cn", "-class win32_process", "-name create"].allSatisfy { text in
            let wanted = Array(text.utf8)
            return command.count >= wanted.count
                && (0...(command.count - wanted.count)).contains {
                    command[$0..<$0 + wanted.count].elementsEqual(wanted)
                }
        }
    }

    private static func text(_ value: Any?) -> String? {
        switch value {
        case let text as String: text.utf8.isEmpty ? nil : text
        case let number as NSNumber: number.stringValue
        default: nil
        }
    }

    private static func lastPart(_ path: String?) -> String? {
        path?.split(omittingEmptySubsequences: false) { $0 == "\\" || $0 == "/" }.last.map(String.init)
    }

    private static func decimal(_ text: String?) -> String? {
        guard let text, text.hasPrefix("0x") else { return text }
        return UInt64(text.dropFirst(2), radix: 16).map { String($0) }
    }

    private static func process(_ event: [String: Any]) -> Process? {
        func at(_ path: String...) -> Any? {
            path.reduce(event as Any?) { ($0 as? [String: Any])?[$1] }
        }
        if let inner = event["_source"] as? [String: Any] { return process(inner) }
        if let inner = event["result"] as? [String: Any] { return process(inner) }
        if let raw = event["_raw"] as? String {
            return raw.hasPrefix("<") ? fromXML(raw) : (try? object(raw.utf8)).flatMap(process)
        }
        if let name = event["event_simpleName"] as? String {
            guard name == "ProcessRollup2" || name == "SyntheticProcessRollup2" else { return nil }
            func field(_ name: String) -> String? { text(event[name]) }
            return Process(
                dest: field("ComputerName") ?? field("aid"), user: field("UserName") ?? field("UserSid"),
                parentName: field("ParentBaseFileName"), name: field("FileName") ?? lastPart(field("ImageFileName")),
                command: field("CommandLine"), number: field("RawProcessId"), parentNumber: field("ParentProcessId"),
                original: field("OriginalFilename"))
        }
        if let system = at("Event", "System") as? [String: Any] {
            let id = text(system["EventID"]) ?? text((system["EventID"] as? [String: Any])?["#text"])
            return windows(
                text(system["Channel"]), id, text(system["Computer"]), at("Event", "EventData") as? [String: Any] ?? [:]
            )
        }
        if let log = event["winlog"] as? [String: Any] {
            var data = log["event_data"] as? [String: Any] ?? [:]
            let moved: [(String, Any?)] = [
                ("CommandLine", at("process", "command_line")), ("Image", at("process", "executable")),
                ("ProcessId", at("process", "pid")), ("OriginalFileName", at("process", "pe", "original_file_name")),
                ("ParentImage", at("process", "parent", "executable")),
                ("ParentProcessId", at("process", "parent", "pid")),
                (
                    "User",
                    text(at("user", "domain")).flatMap { domain in text(at("user", "name")).map { "\(domain)\\\($0)" } }
                ),
            ]
            for (name, value) in moved where data[name] == nil { data[name] = value }
            return windows(text(log["channel"]), text(log["event_id"]), text(log["computer_name"]), data)
        }
        if event["log_name"] != nil {
            return windows(
                text(event["log_name"]), text(event["event_id"]), text(event["computer_name"]),
                event["event_data"] as? [String: Any] ?? [:])
        }
        if event["Channel"] != nil {
            return windows(text(event["Channel"]), text(event["EventID"]), text(event["Hostname"]), event)
        }
        guard event["process"] != nil || event["process_name"] != nil else { return nil }
        func field(_ name: String) -> String? { text(event[name]) }
        return Process(
            dest: field("dest"), user: field("user"), parentName: field("parent_process_name"),
            name: field("process_name"), command: field("process"), number: field("process_id"),
            parentNumber: field("parent_process_id"), original: field("original_file_name"))
    }

    private static func windows(_ channel: String?, _ id: String?, _ host: String?, _ data: [String: Any]) -> Process? {
        func field(_ name: String) -> String? { text(data[name]) }
        switch (channel?.lowercased(), id) {
        case ("microsoft-windows-sysmon/operational", "1"):
            return Process(
                dest: host, user: field("User"), parentName: lastPart(field("ParentImage")),
                name: lastPart(field("Image")), command: field("CommandLine"), number: field("ProcessId"),
                parentNumber: field("ParentProcessId"), original: field("OriginalFileName"))
        case ("security", "4688"):
            return Process(
                dest: host, user: field("SubjectUserName") ?? field("SubjectUserSid"),
                parentName: lastPart(field("ParentProcessName")), name: lastPart(field("NewProcessName")),
                command: field("CommandLine"), number: decimal(field("NewProcessId")),
                parentNumber: decimal(field("ProcessId")))
        default: return nil
        }
    }

    private static func fromXML(_ text: String) -> Process? {
        func between(_ start: String, _ end: String) -> String? {
            guard let begin = text.range(of: start, options: .literal),
                let close = text.range(of: end, options: .literal, range: begin.upperBound..<text.endIndex)
            else { return nil }
            return unescaped(String(text[begin.upperBound..<close.lowerBound]))
        }
        let names = [
            "User", "Image", "CommandLine", "ProcessId", "OriginalFileName", "ParentImage", "ParentProcessId",
            "SubjectUserName", "SubjectUserSid", "NewProcessName", "NewProcessId", "ParentProcessName",
        ]
        var data: [String: Any] = [:]
        for name in names { data[name] = between("<Data Name='\(name)'>", "</Data>") }
        return windows(
            between("<Channel>", "</Channel>"), between("<EventID>", "</EventID>"),
            between("<Computer>", "</Computer>"),
            data)
    }

    private static func unescaped(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.unicodeScalars.firstIndex(of: "&"),
            let end = rest.unicodeScalars[start...].firstIndex(of: ";")
        {
            result.unicodeScalars.append(contentsOf: rest.unicodeScalars[..<start])
            let name = String(rest.unicodeScalars[rest.unicodeScalars.index(after: start)..<end])
            let named: [String: Unicode.Scalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
            let code = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
            if let scalar = named[name] ?? code.flatMap(Unicode.Scalar.init) { result.unicodeScalars.append(scalar) }
            rest = rest[rest.unicodeScalars.index(after: end)...]
        }
        result.unicodeScalars.append(contentsOf: rest.unicodeScalars)
        return result
    }
}
