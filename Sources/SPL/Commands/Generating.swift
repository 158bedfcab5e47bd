import Pipeline
import Values

/// `makeresults` and `gentimes`, which make rows out of nothing.
extension DatasetSyntax {
    /// The most rows that `makeresults` makes.
    private static let largestCount = 1_000_000

    /// `[count=] [annotate=]`: rows that hold nothing but the time of the search; `format=csv|json data="..."`: the rows
    /// that stand there.
    static func parseMakeResults(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> SearchPlan {
        var count = 1
        var format: Scanner.Argument?
        var data: Scanner.Argument?
        while let option = try scanner.readNextOption("makeresults takes count=, or format= and data=") {
            switch option.name {
            case "count":
                count = try scanner.count(option)
                guard count <= largestCount else {
                    throw scanner.error(
                        "makeresults makes at most \(largestCount) rows", "give a smaller number",
                        at: option.valueRange)
                }
            // What it would add is empty, but for the name of the server.
            case "annotate": _ = try scanner.boolean(option)
            case "splunk_server", "splunk_server_group": break
            case "format": format = option
            case "data": data = option
            default: throw scanner.unsupported(option, of: "makeresults")
            }
        }
        let time = Command.evaluate([Assignment(column: "_time", expression: .call(.now, []))])
        guard let format else {
            if let data { throw scanner.error("data= needs format=", "write format=csv or json", at: data.range) }
            return SearchPlan(source: .rows(count: count), filter: .constant(true), commands: [time])
        }
        guard let data else { throw scanner.error("format= needs data=", "give the rows", at: format.range) }
        switch format.value.asciiLowercased {
        case "csv":
            return SearchPlan(
                source: .table(try table(of: data, in: scanner)), filter: .constant(true), commands: [])
        case "json":
            let rows = Expression.call(.jsonArrayToMultivalue, [.literal(.text(Text(data.value)))])
            return SearchPlan(
                source: .rows(count: 1), filter: .constant(true),
                commands: [
                    .evaluate([Assignment(column: "_raw", expression: rows)]), time,
                    .reshape(.expansion(field: "_raw", limit: 0)),
                    .filter(.call(.isnotnull, [.field("_raw")])),
                    .extract(.pairs(PairExtraction(form: .document))),
                ])
        default:
            throw scanner.error("makeresults knows no format \(format.value)", "use csv or json", at: format.range)
        }
    }

    private static func table(of data: Scanner.Argument, in scanner: Scanner) throws(SPLError) -> LookupTable {
        var reader = CSVReader(Array(data.value.utf8))
        var lines: [[Text]] = []
        do {
            while let line = try reader.row() { lines.append(line) }
        } catch {
            throw scanner.error("line \(error.line) of data=: \(error.reason)", "mend the quotes", at: data.range)
        }
        guard !lines.isEmpty else { throw scanner.error("there are no rows in data=", "give some", at: data.range) }
        let names = lines.removeFirst().map(\.string)
        // Of a name that comes again the first column counts.
        let places = names.indices.filter { !names[$0].isEmpty && names.firstIndex(of: names[$0]) == $0 }
        return LookupTable(
            name: "makeresults", columns: places.map { names[$0] },
            rows: lines.map { line in places.map { $0 < line.count ? line[$0] : Text("") } })
    }

    /// `start=day [end=day] [increment=span]`: a row for each span of time. A day is a number from today on, or a date.
    static func parseTimes(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> SearchPlan {
        var start: Expression?
        var end = Self.midnight(0)
        var increment = 86_400.0
        while let option = try scanner.readNextOption("gentimes takes start=, end= and increment=") {
            switch option.name {
            case "start": start = try time(option, in: scanner)
            case "end": end = try time(option, in: scanner)
            case "increment":
                guard let seconds = seconds(option.value) else {
                    throw scanner.error(
                        "\(option.value) is no span", "write a number with s, m, h or d, as 1h", at: option.range)
                }
                increment = seconds
            default: throw scanner.unknown(option, of: "gentimes", "it takes start, end and increment")
            }
        }
        guard let start else { throw scanner.error("gentimes needs a beginning", "write start=-1 or a date") }
        let step = Expression.literal(.number(increment))
        let first = Expression.field("starttime")
        let format = Expression.literal(.text("%a %b %d %H:%M:%S %Y"))
        let last = Expression.binary(
            .subtract, .binary(.add, first, step), .literal(.number(1)))
        return SearchPlan(
            source: .rows(count: 1), filter: .constant(true),
            commands: [
                .evaluate([Assignment(column: "starttime", expression: .call(.mvrange, [start, end, step]))]),
                .reshape(.expansion(field: "starttime", limit: 0)),
                .filter(.call(.isnotnull, [first])),
                .evaluate([
                    Assignment(column: "endtime", expression: last),
                    Assignment(column: "starthuman", expression: .call(.strftime, [first, format])),
                    Assignment(column: "endhuman", expression: .call(.strftime, [.field("endtime"), format])),
                ]),
                .table(["endhuman", "endtime", "starthuman", "starttime"]),
            ])
    }

    /// The beginning of the day so many days from today.
    private static func midnight(_ days: Int) -> Expression {
        let modifier = days == 0 ? "@d" : "\(days > 0 ? "+" : "")\(days)d@d"
        return .call(.relativeTime, [.call(.now, []), .literal(.text(Text(modifier)))])
    }

    private static func time(_ option: Scanner.Argument, in scanner: Scanner) throws(SPLError) -> Expression {
        if let days = Int(option.value), abs(days) < 100_000 { return midnight(days) }
        let isLong = option.value.contains(":")
        guard option.value.split(separator: "/").count == 3 else {
            throw scanner.error(
                "\(option.value) is no day", "write a number of days from today, or a date as 12/31/2024",
                at: option.range)
        }
        let year = option.value.split(separator: "/")[2].prefix { $0 != ":" }
        let format = (year.count == 2 ? "%m/%d/%y" : "%m/%d/%Y") + (isLong ? ":%H:%M:%S" : "")
        return .call(.strptime, [.literal(.text(Text(option.value))), .literal(.text(Text(format)))])
    }

    private static func seconds(_ text: String) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }) else { return Double(text).flatMap { $0 > 0 ? $0 : nil } }
        return Double(text.dropLast()).flatMap { $0 > 0 ? $0 * unit : nil }
    }
}
