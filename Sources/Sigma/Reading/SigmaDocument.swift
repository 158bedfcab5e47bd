public import YAML

/// One document of a Sigma file.
public enum SigmaDocument: Sendable {
    case rule(SigmaRule)
    case correlation(SigmaCorrelation)
    case filter(SigmaFilter)

    /// What it says about itself, whatever its kind.
    public var header: SigmaHeader {
        switch self {
        case .rule(let rule): rule.header
        case .correlation(let correlation): correlation.header
        case .filter(let filter): filter.header
        }
    }
}

/// A document that can't be used, as far as it is known.
public struct SigmaFailure: Sendable {
    /// As much of it as could be read: it tells at least where the document stands.
    public var header: SigmaHeader
    /// The first thing that is wrong.
    public var error: SigmaError

    /// - Parameter header: as much of it as could be read.
    public init(header: SigmaHeader, error: SigmaError) {
        self.header = header
        self.error = error
    }
}

/// What the documents of one file are.
public struct SigmaFile: Sendable {
    /// In their order.
    public var documents: [SigmaDocument] = []
    /// In their order, beside ``documents``: a document is in one of the two.
    public var failures: [SigmaFailure] = []
    /// What is odd, and does not keep a document from being used.
    public var notes: [SigmaError] = []

    /// Reads the documents of a file. A document that is invalid is a failure, and the others are read all the same.
    ///
    /// Documents with `action: global` are no rules: those after them take over what they lack, up to `action: reset`. One
    /// with `action: repeat` takes over what it lacks from the one before it.
    ///
    /// - Parameter file: what to call it in messages.
    public init(_ documents: [YAMLNode], file: String) {
        var inheritance = Inheritance()
        for document in documents { read(document, file: file, inheritance: &inheritance) }
    }

    /// Reads a file of which not all is YAML: what is not is a failure. Documents that may lack what such a part holds are
    /// failures as well.
    ///
    /// - Parameter file: what to call it in messages.
    public init(_ parts: [YAMLStream.Part], file: String) {
        var inheritance = Inheritance()
        for part in parts {
            switch part {
            case .document(let document): read(document, file: file, inheritance: &inheritance)
            case .broken(let error, let text):
                failures += SigmaFile(error).failures
                inheritance.previous = nil
                inheritance.lostPrevious = error.mark
                if Self.namesAction(text) { inheritance.lostGlobal = error.mark }
            }
        }
    }

    /// A file that is no YAML.
    public init(_ error: YAMLError) {
        let header = SigmaHeader(file: error.file, mark: error.mark)
        let error = SigmaError(file: error.file, path: "", mark: error.mark, reason: error.reason)
        failures = [SigmaFailure(header: header, error: error)]
    }

    /// What documents take over from those before them.
    private struct Inheritance {
        var global: YAMLNode?
        var previous: YAMLNode?
        /// Where the document before could not be read, and where one that may have been global.
        var lostPrevious: YAMLMark?
        var lostGlobal: YAMLMark?
    }

    private mutating func read(_ document: YAMLNode, file: String, inheritance: inout Inheritance) {
        if document.isNull { return }
        let action = document["action"]?.text.flatMap { Self.actions.contains($0) ? $0 : nil }
        let own = action == nil ? document : document.removing("action")
        if action == "reset" {
            inheritance.global = nil
            inheritance.lostGlobal = nil
            return
        }
        let isRepeat = action == "repeat"
        if let lost = inheritance.lostGlobal ?? (isRepeat ? inheritance.lostPrevious : nil) {
            refuse(own, file: file, lacking: lost)
            return
        }
        let merged = Self.merge(own, over: isRepeat ? inheritance.previous ?? inheritance.global : inheritance.global)
        inheritance.lostPrevious = nil
        if action == "global" {
            inheritance.global = merged
            inheritance.previous = nil
        } else {
            inheritance.previous = merged
            read(merged, file: file)
        }
    }

    private mutating func refuse(_ node: YAMLNode, file: String, lacking lost: YAMLMark) {
        var header = SigmaHeader(file: file, mark: node.mark)
        if let reader = try? KeyReader(node, file: file) { header = SigmaHeader(reader, notes: &notes) }
        failures.append(
            SigmaFailure(
                header: header,
                error: SigmaError(
                    file: file, path: "", mark: node.mark,
                    reason: "it may take over what could not be read on line \(lost.line)")))
    }

    /// Whether a line of a text says what a document is to others.
    private static func namesAction(_ text: ArraySlice<UInt8>) -> Bool {
        let key = Array("action:".utf8)
        return text.split(separator: UInt8(ascii: "\n")).contains { $0.starts(with: key) }
    }

    private static let actions: Set<String> = ["global", "reset", "repeat"]

    private mutating func read(_ node: YAMLNode, file: String) {
        var header = SigmaHeader(file: file, mark: node.mark)
        do throws(SigmaError) {
            let reader = try KeyReader(node, file: file)
            header = SigmaHeader(reader, notes: &notes)
            if let taxonomy = header.taxonomy, taxonomy != "sigma" {
                throw reader.error(
                    "taxonomy", "the taxonomy \(taxonomy) is not known; only sigma is", kind: .unsupported)
            }
            let document = try Self.document(reader, header: header)
            documents.append(document)
            switch document {
            case .rule(let rule): notes += rule.detection.notesOnPlaceholders(in: file)
            case .filter(let filter): notes += filter.detection.notesOnPlaceholders(in: file)
            case .correlation: break
            }
        } catch {
            failures.append(SigmaFailure(header: header, error: error))
        }
    }

    private static func document(_ reader: KeyReader, header: SigmaHeader) throws(SigmaError) -> SigmaDocument {
        if reader["correlation"] != nil { return .correlation(try SigmaCorrelation(reader, header: header)) }
        if reader["filter"] != nil {
            let section = try reader.section("filter")
            return .filter(
                SigmaFilter(
                    header: header, logsource: try logsource(reader), target: try target(section),
                    detection: try SigmaDetection(section, except: ["rules"])))
        }
        let detection = try reader.section("detection")
        return .rule(
            SigmaRule(header: header, logsource: try logsource(reader), detection: try SigmaDetection(detection)))
    }

    private static func logsource(_ reader: KeyReader) throws(SigmaError) -> SigmaLogsource {
        try SigmaLogsource(try reader.section("logsource"))
    }

    private static func target(_ reader: KeyReader) throws(SigmaError) -> SigmaFilter.Target {
        guard reader["rules"] != nil else { throw reader.error("rules", "it has to name rules, or be any") }
        let names = try reader.texts("rules").map(\.text)
        return names.isEmpty || names.count == 1 && names[0].lowercased() == "any" ? .any : .rules(names)
    }
}

extension SigmaFile {
    /// The mapping with what it lacks from another one; mappings under the same key are merged likewise.
    private static func merge(_ node: YAMLNode, over base: YAMLNode?) -> YAMLNode {
        guard let base, var mapping = base.mapping, let own = node.mapping else { return node }
        for (key, value) in own.entries {
            let below: YAMLNode? = if case .scalar(let name, _) = key.content { mapping[name] } else { nil }
            mapping.set(key, to: merge(value, over: below))
        }
        return YAMLNode(.mapping(mapping), tag: node.tag, mark: node.mark)
    }
}

extension YAMLNode {
    fileprivate func removing(_ key: String) -> YAMLNode {
        guard let mapping else { return self }
        var rest = YAMLMapping()
        for entry in mapping.entries {
            if case .scalar(let name, _) = entry.key.content, name == key { continue }
            rest.set(entry.key, to: entry.value)
        }
        return YAMLNode(.mapping(rest), tag: tag, mark: mark)
    }
}
