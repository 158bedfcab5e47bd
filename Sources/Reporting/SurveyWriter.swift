import Events
public import Hunting
import Values

/// Writes what archives hold: two tables for people, or a record for each archive and each kind of event.
public struct SurveyWriter: Sendable {
    /// `csv` holds the kinds of events, or what rules could be fed where some were given.
    public var format: ReportFormat
    /// Only width, colours and the care for spreadsheets count.
    public var options: ReportOptions

    /// - Parameter options: without a terminal's width and colours where none are given.
    public init(format: ReportFormat, options: ReportOptions = ReportOptions()) {
        self.format = format
        self.options = options
    }

    /// Writes the survey and flushes.
    ///
    /// - Throws: `OutputError` where it can't be written.
    public func write(_ survey: Survey, to output: Output) throws(OutputError) {
        switch format {
        case .table: try writeTables(survey, to: output)
        case .csv: try writeCSV(survey, to: output)
        case .jsonl, .json: try writeRecords(survey, to: output)
        }
        try output.flush()
    }

    private typealias Member = (name: String, value: Value)

    /// What is told of an archive, beside its damage.
    private func members(_ entry: Survey.ArchiveEntry, _ survey: Survey) -> [Member] {
        [
            ("archive", .text(Text(entry.path))), ("format", format(of: entry)),
            ("bytes_read", .number(Double(entry.bytesRead))), ("bytes", .number(Double(entry.bytes))),
            ("lines", .number(Double(entry.lines))), ("events", .number(Double(entry.events))),
            ("malformed", .number(Double(entry.malformed))), ("blank", .number(Double(entry.blank))),
            ("recovered", .number(Double(entry.recovered))),
            ("out_of_range", survey.isBounded ? .number(Double(entry.outOfRange)) : .missing),
            ("without_time", survey.isBounded ? .number(Double(entry.withoutTime)) : .missing),
            ("firstTime", entry.earliest.map { .text(Text($0.iso8601)) } ?? .missing),
            ("lastTime", entry.latest.map { .text(Text($0.iso8601)) } ?? .missing),
        ]
    }

    private func format(of entry: Survey.ArchiveEntry) -> Value {
        (entry.format?.rawValue ?? entry.unreadFormat).map { .text(Text($0)) } ?? .missing
    }

    private func members(ofKind row: [Value], columns: [String]) -> [Member] {
        zip(columns, row).map { name, value in
            guard name.hasSuffix("Time"), case .number(let seconds) = value, let time = Timestamp(epoch: seconds) else {
                return (name, value)
            }
            return (name, .text(Text(time.iso8601)))
        }
    }

    private func members(of malformed: MalformedLine) -> [Member] {
        [
            ("archive", .text(Text(malformed.archive))), ("line", .number(Double(malformed.line))),
            ("offset", .number(Double(malformed.offset))), ("reason", .text(Text(malformed.reason))),
        ]
    }

    private func damage(_ survey: Survey) -> [[Member]] {
        func members(_ archive: String, _ offset: Int, _ reason: String) -> [Member] {
            [("archive", .text(Text(archive))), ("offset", .number(Double(offset))), ("reason", .text(Text(reason)))]
        }
        return survey.missing.map { members($0.archive, $0.offset ?? 0, $0.reason) }
            + survey.archives.flatMap { entry in
                entry.damage.map { members(entry.path, $0.offset, $0.reason) }
                    + (entry.failure.map { [members(entry.path, 0, "can't be opened: \($0)")] } ?? [])
            }
    }

    private func unread(_ survey: Survey) -> [[Member]] {
        survey.unread.named.map { [("archive", .text(Text($0)))] }
    }

    private func total(_ survey: Survey) -> [Member] {
        let sum = { (path: KeyPath<Survey.ArchiveEntry, Int>) in
            Value.number(Double(survey.archives.reduce(0) { $0 + $1[keyPath: path] }))
        }
        return [
            ("archives", .number(Double(survey.archives.count))), ("bytes_read", sum(\.bytesRead)),
            ("bytes", sum(\.bytes)), ("lines", sum(\.lines)), ("events", sum(\.events)),
            ("malformed", sum(\.malformed)), ("blank", sum(\.blank)),
            ("recovered", sum(\.recovered)),
            ("out_of_range", survey.isBounded ? sum(\.outOfRange) : .missing),
            ("without_time", survey.isBounded ? sum(\.withoutTime) : .missing),
            ("rules", Self.ruleCount(survey.feeds.count + survey.refusedRules.count, survey)),
            ("rules_fed", Self.ruleCount(survey.feeds.count(where: \.isFed), survey)),
            ("damaged", .number(Double(survey.archives.count(where: \.isDamaged) + survey.missing.count))),
            ("unread", survey.unread.isEmpty ? .missing : .number(Double(survey.unread.count))),
            // Microseconds are more than a clock around all the work can tell.
            ("seconds", .number((survey.seconds * 1e6).rounded() / 1e6)),
        ]
    }

    /// A number of rules, where rules were given at all.
    private static func ruleCount(_ count: Int, _ survey: Survey) -> Value {
        survey.hasRules ? .number(Double(count)) : .missing
    }

    /// Every record but the summary, in the order told: its type, and what an array of such records is called.
    private func records(_ survey: Survey) -> [(type: String, group: String, records: [[Member]])] {
        [
            ("archive", "archives", survey.archives.map { members($0, survey) }),
            ("kind", "kinds", survey.kinds.rows.map { members(ofKind: $0, columns: survey.kinds.columns) }),
            ("malformed", "malformed", survey.malformed.map { members(of: $0) }),
            ("damaged", "damaged", damage(survey)), ("unread", "unread", unread(survey)),
        ]
    }

    private func writeRecords(_ survey: Survey, to output: Output) throws(OutputError) {
        var records = JSONRecordWriter(isDocument: format == .json, output)
        if survey.hasRules {
            try records.group("feeds") { records throws(OutputError) in try writeFeeds(survey, to: &records) }
        }
        for (type, group, all) in self.records(survey) where type != "unread" || !all.isEmpty {
            try records.group(group) { records throws(OutputError) in
                for members in all { try records.record(type) { $0.members(members) } }
            }
        }
        try records.finish { $0.members(total(survey)) }
    }

    private func writeCSV(_ survey: Survey, to output: Output) throws(OutputError) {
        if survey.hasRules {
            try writeFeedCSV(survey, to: output)
            return
        }
        let header = survey.kinds.columns.map { Value.text(Text($0)) }
        let rows = survey.kinds.rows.map { members(ofKind: $0, columns: survey.kinds.columns).map(\.value) }
        for row in [header] + rows { try output.write(CSVCell.line(row, isSafe: options.isCSVSafe)) }
    }

    private func writeTables(_ survey: Survey, to output: Output) throws(OutputError) {
        var archives = TextTable(
            columns: ["archive", "format", "size", "lines", "malformed", "firstTime", "lastTime"].map {
                TextTable.Column($0)
            })
        // A narrow table has no room for the times of each archive.
        if options.width < 110 { archives.columns.removeLast(2) }
        let folder = commonFolder(of: survey.archives.map(\.path))
        if !folder.isEmpty { try output.write(heading(ofFolder: folder, options)) }
        archives.rows = survey.archives.map { entry in
            let row: [Value] = [
                .text(Text(String(entry.path.dropFirst(folder.count)))),
                entry.unreadFormat.map { .text(Text("\($0) (not read)")) } ?? format(of: entry),
                .text(Text(Figures.bytes(entry.bytes))),
                .number(Double(entry.lines)),
                .number(Double(entry.malformed)), entry.earliest.map(Self.toTheSecond) ?? .missing,
                entry.latest.map(Self.toTheSecond) ?? .missing,
            ]
            return Array(row.prefix(archives.columns.count))
        }
        try archives.write(to: output, width: options.width, hasColor: options.hasColor)
        try output.write("\n")
        var kinds = TextTable(columns: survey.kinds.columns.map { TextTable.Column($0) })
        kinds.rows = survey.kinds.rows.map { row in
            zip(survey.kinds.columns, row).map { name, value in
                guard name.hasSuffix("Time"), case .number(let seconds) = value, let time = Timestamp(epoch: seconds)
                else { return value }
                // A narrow table has no room for more than the day.
                return options.width < 110 ? .text(Text(String(time.iso8601.prefix(10)))) : Self.toTheSecond(time)
            }
        }
        try kinds.write(to: output, width: options.width, hasColor: options.hasColor)
        try output.write("\n")
        try writeFeedTables(survey, to: output)
        try writeSummary(survey, to: output)
    }

    /// Writes what could not be read, and the end of the tables: a few lines for people.
    ///
    /// - Throws: `OutputError` where they can't be written.
    public func writeSummary(_ survey: Survey, to output: Output) throws(OutputError) {
        for lost in survey.missing { try writeLoss("not to be read", lost.archive, lost.reason, to: output) }
        for entry in survey.archives {
            if let failure = entry.failure {
                try writeLoss("not to be read", entry.path, "can't be opened: \(failure)", to: output)
            }
            for damage in entry.damage {
                let place = "byte \(Figures.count(damage.offset)): \(damage.reason)"
                try writeLoss("damaged", entry.path, place, to: output)
            }
        }
        for path in survey.unread.named { try writeLoss("not read whole", path, nil, to: output) }
        try writeTotals(survey, to: output)
    }

    private func writeLoss(
        _ kind: String, _ archive: String, _ reason: String?, to output: Output
    ) throws(OutputError) {
        let parts = [kind, archive, reason].compactMap(\.self).map { DisplayText($0) }
        try output.write(parts.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: ": ") + "\n")
    }

    /// `57,055 events, 2 malformed and 1 blank line in 12 archives (1 damaged), 121 MB in 0.45 s (266 MB/s)`.
    private func writeTotals(_ survey: Survey, to output: Output) throws(OutputError) {
        func sum(_ path: KeyPath<Survey.ArchiveEntry, Int>) -> Int {
            survey.archives.reduce(0) { $0 + $1[keyPath: path] }
        }
        let bytes = sum(\.bytes)
        let damaged = survey.archives.count { !$0.damage.isEmpty }
        let unreadable = survey.missing.count + survey.archives.count { $0.failure != nil }
        var line = "\(Figures.count(sum(\.events), "event")), \(Figures.count(sum(\.malformed))) malformed and "
        line += "\(Figures.count(sum(\.blank), "blank line")) in \(Figures.count(survey.archives.count, "archive"))"
        if damaged > 0 { line += " (\(Figures.count(damaged)) damaged)" }
        if unreadable > 0 { line += ", \(Figures.count(unreadable)) not to be read" }
        line += ", \(Figures.bytes(bytes)) in \(Figures.duration(seconds: survey.seconds))"
        if let rate = Figures.rate(bytes: bytes, seconds: survey.seconds) { line += " (\(rate))" }
        try output.write(line + "\n")
        if sum(\.recovered) > 0 {
            let recovered = Figures.count(sum(\.recovered), "event")
            try output.write("Besides: \(recovered) between zeros in malformed lines\n")
        }
        guard survey.isBounded else { return }
        let leftOut = sum(\.outOfRange) + sum(\.withoutTime)
        let counted = Figures.count(sum(\.events) + sum(\.recovered) - leftOut, "event")
        var bounds = "In the time range: \(counted); left out: \(Figures.count(sum(\.outOfRange))) outside of it"
        if sum(\.withoutTime) > 0 { bounds += ", \(Figures.count(sum(\.withoutTime))) without a time" }
        try output.write(bounds + "\n")
    }

    /// A time for people: its fraction tells nothing in a table.
    private static func toTheSecond(_ time: Timestamp) -> Value {
        .text(Text((Timestamp(seconds: time.seconds) ?? time).iso8601))
    }
}

extension Survey {
    /// Whether it was asked which rules the archives could feed.
    var hasRules: Bool { !feeds.isEmpty || !refusedRules.isEmpty }
}

extension JSONWriter {
    /// Those that have a value.
    fileprivate mutating func members(_ members: [(name: String, value: Value)]) {
        for member in members where member.value != .missing {
            key(member.name)
            value(member.value)
        }
    }
}
