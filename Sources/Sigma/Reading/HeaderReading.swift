import YAML

extension SigmaHeader {
    /// Reads what a document says about itself. What is of the wrong kind is left out with a note, as the rule runs without it.
    init(_ reader: KeyReader, notes: inout [SigmaError]) {
        self.init(file: reader.file, mark: reader.mark)
        func text(_ key: String) -> String? {
            do {
                return try reader.text(key)
            } catch {
                notes.append(error)
                return nil
            }
        }
        func texts(_ key: String) -> [String] {
            do {
                return try reader.texts(key).map(\.text)
            } catch {
                notes.append(error)
                return []
            }
        }
        title = text("title") ?? ""
        if title.isEmpty { notes.append(reader.error("title", "it is missing")) }
        id = text("id")
        name = text("name")
        description = text("description") ?? ""
        license = text("license")
        author = texts("author").joined(separator: ", ")
        date = text("date")
        modified = text("modified")
        references = texts("references")
        tags = texts("tags")
        fields = texts("fields")
        falsePositives = texts("falsepositives")
        scope = texts("scope")
        taxonomy = text("taxonomy")
        if let word = text("status") {
            // Published rules write them with capitals here and there.
            status = SigmaStatus(rawValue: word.lowercased())
            if status == nil { notes.append(reader.error("status", Self.unknown(word, SigmaStatus.allCases))) }
        }
        if let word = text("level") {
            level = SigmaLevel(rawValue: word.lowercased())
            if level == nil { notes.append(reader.error("level", Self.unknown(word, SigmaLevel.allCases))) }
        }
        for node in reader["related"]?.sequence ?? [] {
            guard let id = node["id"]?.text else {
                notes.append(reader.error("related", "a member has no id; it is left out"))
                continue
            }
            related.append(SigmaRelation(id: id, type: node["type"]?.text ?? ""))
        }
    }

    private static func unknown<Word: RawRepresentable<String>>(_ word: String, _ known: [Word]) -> String {
        "\(word) is none of \(known.map(\.rawValue).joined(separator: ", ")); it is left out"
    }
}

extension SigmaLogsource {
    init(_ reader: KeyReader) throws(SigmaError) {
        self.init(
            product: try reader.text("product"), category: try reader.text("category"),
            service: try reader.text("service"))
        // It is for people: whatever it is does no harm.
        definition = reader["definition"]?.text
        if product == nil, category == nil, service == nil {
            throw SigmaError(
                file: reader.file, path: reader.path, mark: reader.mark,
                reason: "a product, a category or a service is needed")
        }
    }
}
