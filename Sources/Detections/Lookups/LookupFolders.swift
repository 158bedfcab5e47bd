public import Pipeline
public import SPL
import Synchronization
import Values
public import YAML

/// The tables of lookup folders: `*.csv`, and the YAML files beside them that say under which name and how each is matched.
///
/// A table is read when it is first asked for, and kept.
public final class LookupFolders: LookupSource {
    private let definitions: [String: LookupDefinition]
    /// Paths of CSV files by their names.
    private let files: [String: String]
    /// What was found wrong or odd.
    public let problems: [ContentProblem]
    /// Whether tables that are not there stand for ones without rows.
    private let takesAbsentForEmpty: Bool
    private let tables = Mutex<[String: Result<LookupTable, LookupFailure>]>([:])

    /// Looks through folders for definitions and files; the first of a name counts.
    ///
    /// - Parameters:
    ///   - folders: one that does not exist is a problem.
    ///   - takesAbsentForEmpty: whether a table that is nowhere, a KV store collection among them, is one without rows.
    public init(_ folders: [String], takesAbsentForEmpty: Bool = false, limits: YAMLLimits = YAMLLimits()) {
        self.takesAbsentForEmpty = takesAbsentForEmpty
        var problems: [ContentProblem] = []
        var definitions: [String: LookupDefinition] = [:]
        var files: [String: String] = [:]
        for folder in folders {
            guard ContentFiles.isFolder(folder) else {
                problems.append(
                    ContentProblem(.error, file: folder, reason: "is no folder; lookups are looked for in one"))
                continue
            }
            for file in ContentFiles.files(under: folder, extensions: ["csv"], problems: &problems) {
                let name = file.split(separator: "/").last.map(String.init) ?? file
                if files[name] == nil { files[name] = file }
            }
            for file in ContentFiles.files(
                under: folder, extensions: DetectionLoader.extensions, problems: &problems)
            {
                do throws(ContentProblem) {
                    for definition in try LookupDefinition.all(in: file, limits: limits, problems: &problems)
                    where definitions[definition.name] == nil {
                        definitions[definition.name] = definition
                    }
                } catch {
                    problems.append(error)
                }
            }
        }
        self.definitions = definitions
        self.files = files
        self.problems = problems
    }

    /// Reads the table when it is first asked for and keeps it, and so with a failure; safe from any thread.
    ///
    /// - Throws: `LookupFailure` where there is none of the name, or it can't be read.
    public func table(named name: String) throws(LookupFailure) -> LookupTable {
        let result = tables.withLock { tables in
            if let known = tables[name] { return known }
            let read = Result<LookupTable, LookupFailure>(
                catching: { () throws(LookupFailure) in try self.read(name) })
            tables[name] = read
            return read
        }
        return try result.get()
    }

    private func read(_ name: String) throws(LookupFailure) -> LookupTable {
        do {
            return try readFile(name)
        } catch {
            guard takesAbsentForEmpty, !error.isBroken else { throw error }
            let definition = definitions[name]
            return LookupTable(
                name: name, columns: definition?.columns ?? [], rows: [],
                options: definition?.options ?? LookupTable.Options(), isAbsent: true)
        }
    }

    private func readFile(_ name: String) throws(LookupFailure) -> LookupTable {
        let definition = definitions[name]
        let names = definition?.files ?? [name, name + ".csv"]
        guard let path = names.lazy.compactMap({ self.files[$0] }).first else {
            throw LookupFailure(
                definition.map(Self.absence) ?? "there is no definition and no CSV file of that name")
        }
        do {
            let csv = try CSVTable(try ContentFiles.read(path, upTo: ContentFiles.largestTable), file: path)
            if let ragged = csv.raggedLine {
                throw LookupFailure(
                    "\(path):\(ragged.line): the line has \(ragged.cells) cells, the header \(csv.columns.count)",
                    isBroken: true)
            }
            let columns = csv.columns.map(Self.columnName)
            // A column without a name, as a comma at the end of the header makes one, is none that a search could ask for.
            let named = columns.indices.filter { !columns[$0].isEmpty }
            guard !named.isEmpty else {
                throw LookupFailure("\(path): the file has no header", isBroken: true)
            }
            if let twice = named.first(where: { columns[..<$0].contains(columns[$0]) }) {
                throw LookupFailure(
                    "\(path): the header has \(columns[twice]) twice; which one is meant can't be told", isBroken: true)
            }
            return LookupTable(
                name: name, columns: named.map { columns[$0] },
                rows: named.count == columns.count ? csv.rows : csv.rows.map { row in named.map { row[$0] } },
                options: definition?.options ?? LookupTable.Options())
        } catch let failure as LookupFailure {
            throw failure
        } catch let problem as ContentProblem {
            throw LookupFailure(problem.description, isBroken: true)
        } catch {
            throw LookupFailure("\(path): \(error)", isBroken: true)
        }
    }
}

extension LookupFolders {
    private static func absence(of definition: LookupDefinition) -> String {
        if let collection = definition.collection {
            return "it is a KV store collection (\(collection)), which is not part of the content; "
                + "an export of it as \(collection).csv among the lookups is taken for it"
        }
        return "its file \(definition.files.first ?? definition.name) is not there"
    }

    /// A column's name without the white space that a hand-written header may have around it.
    private static func columnName(_ cell: Text) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let name = cell.bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return Text(bytes: Array(name)).string
    }
}

/// A lookup as a content file defines it, with the keys of `transforms.conf`.
struct LookupDefinition {
    var name: String
    /// The names that its CSV file may have, the likeliest first.
    var files: [String]
    /// The KV store collection that the table is; `nil` where it is a file.
    var collection: String?
    /// Those that a table which is elsewhere is said to have.
    var columns: [String]
    var options = LookupTable.Options()

    static func all(
        in file: String, limits: YAMLLimits, problems: inout [ContentProblem]
    ) throws(ContentProblem) -> [LookupDefinition] {
        let bytes = try ContentFiles.read(file)
        let stream: YAMLStream
        do {
            stream = try YAMLStream(bytes, file: file, limits: limits)
        } catch {
            throw ContentProblem(error)
        }
        var definitions: [LookupDefinition] = []
        for document in stream.documents {
            guard let mapping = document.mapping, document["name"]?.text != nil else { continue }
            definitions.append(LookupDefinition(mapping, file: file, problems: &problems))
        }
        return definitions
    }

    private init(_ mapping: YAMLMapping, file: String, problems: inout [ContentProblem]) {
        var reader = DocumentReader(mapping, file: file)
        name = reader.text("name")
        // What names neither file nor collection has a name of its own for it, as its type says.
        let stem = file.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? ""
        let isCollection = reader.text("lookup_type").lowercased() == "kvstore"
        let collection = reader.text("collection")
        self.collection = !collection.isEmpty ? collection : isCollection ? name : nil
        let filename = reader.text("filename")
        files = !filename.isEmpty ? [filename] : [collection, name, stem].filter { !$0.isEmpty }.map { $0 + ".csv" }
        columns =
            reader.texts("fields")
            + reader.text("fields_list").split { $0 == "," || $0.isWhitespace }.map(String.init)
        if let minimum = reader.integer("min_matches") { options.minimumMatches = max(0, min(minimum, 1000)) }
        if let maximum = reader.integer("max_matches") { options.maximumMatches = max(1, min(maximum, 1000)) }
        let filler = reader.text("default_match")
        if !filler.isEmpty { options.defaultMatch = Text(filler) }
        // Anything that does not say no is yes, as Splunk reads its configuration.
        options.isCaseSensitive = !["false", "f", "0", "no"].contains(reader.text("case_sensitive_match").lowercased())
        for entry in reader.texts("match_type").flatMap({ $0.split(separator: ",") }) {
            let parts = entry.split(separator: "(", maxSplits: 1)
            let word = parts.first.map { String($0.filter { !$0.isWhitespace }).uppercased() } ?? ""
            guard parts.count == 2, let kind = LookupTable.MatchKind(rawValue: word),
                let close = parts[1].firstIndex(of: ")")
            else {
                reader.note("match_type", "holds \(entry), which is not KIND(field); it is ignored", severity: .warning)
                continue
            }
            options.kinds[String(parts[1][..<close].filter { !$0.isWhitespace })] = kind
        }
        problems += reader.problems
    }
}
