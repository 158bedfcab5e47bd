/// The fields that the planted detection groups by, as the data model has them; what is missing is `null`.
struct FindingRow: Hashable {
    var dest: String
    var user: String
    var parentProcessName: String
    var processName: String
    var process: String
    var processID: String
    var parentProcessID: String

    /// Names and values in the detection's order.
    var members: [(name: String, value: String)] {
        [
            ("dest", dest), ("user", user), ("parent_process_name", parentProcessName), ("process_name", processName),
            ("process", process), ("process_id", processID), ("parent_process_id", parentProcessID),
        ]
    }

    /// Whether this row comes before the other: by the values in their order, bytewise.
    func precedes(_ other: FindingRow) -> Bool {
        for (mine, others) in zip(members, other.members) where Array(mine.value.utf8) != Array(others.value.utf8) {
            return mine.value.utf8.lexicographicallyPrecedes(others.value.utf8)
        }
        return false
    }

    /// Equal only with the same bytes, unlike text in Swift, for which canonically equivalent texts are one.
    static func == (left: FindingRow, right: FindingRow) -> Bool {
        zip(left.members, right.members).allSatisfy { Array($0.value.utf8) == Array($1.value.utf8) }
    }

    func hash(into hasher: inout Hasher) {
        for member in members { hasher.combine(Array(member.value.utf8)) }
    }
}

extension Execution {
    /// The row that the event belongs to when it is written in the layout.
    func row(_ layout: EventLayout, _ population: Population) -> FindingRow {
        let written = layout.adapted(template)
        /// Of fields with the same name the last counts; one without text is missing.
        func value(_ name: String?) -> String? {
            guard let name, let field = written.fields.last(where: { $0.name == name }) else { return nil }
            let text = text(of: field.value, population)
            return text.utf8.isEmpty ? nil : text
        }
        func lastPart(_ path: String?) -> String? {
            guard let path else { return nil }
            let parts = path.utf8.split(omittingEmptySubsequences: false) {
                $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "/")
            }
            guard let last = parts.last, !last.isEmpty else { return nil }
            return String(decoding: last, as: UTF8.self)
        }
        func decimal(_ text: String?) -> String? {
            guard let text, text.hasPrefix("0x") else { return text }
            return UInt64(text.dropFirst(2), radix: 16).map { String($0) } ?? text
        }
        let names = source.names
        let dest: String?
        var user = value(names.user)
        switch source {
        case .sysmon: dest = text(of: .cell(.host, .hostName), population)
        case .security:
            dest = text(of: .cell(.host, .hostName), population)
            user = user ?? value("SubjectUserSid")
        case .rollup, .syntheticRollup:
            dest = value("ComputerName") ?? value("aid")
            user = user ?? value("UserSid")
        case .model: dest = value("dest")
        }
        let name = value(names.name)
        let missing = "null"
        return FindingRow(
            dest: dest ?? missing, user: user ?? missing,
            parentProcessName: value(names.parentName) ?? lastPart(value(names.parentPath)) ?? missing,
            processName: (source == .model ? name : name ?? lastPart(value(names.path))) ?? missing,
            process: value(names.command) ?? missing,
            processID: decimal(value(names.number)) ?? missing,
            parentProcessID: decimal(value(names.parentNumber)) ?? missing)
    }
}
