/// The kinds of event that the data model's dataset of processes is filled from.
enum ProcessSource: CaseIterable {
    case sysmon, security, rollup, syntheticRollup, model

    var template: EventTemplate {
        switch self {
        case .sysmon: .sysmonProcessCreation
        case .security: .securityProcessCreation
        case .rollup: .processRollup
        case .syntheticRollup: .syntheticProcessRollup
        case .model: .modelProcess
        }
    }

    /// The sources that archives of a shape hold.
    static func all(in shape: Shape) -> [ProcessSource] {
        switch shape {
        case .crowdstrike: [.rollup, .syntheticRollup]
        case .cim: [.model]
        default: [.sysmon, .security]
        }
    }

    /// What each source calls the same thing.
    var names: FieldNames {
        switch self {
        case .sysmon:
            FieldNames(
                user: "User", path: "Image", name: nil, original: "OriginalFileName", command: "CommandLine",
                parentPath: "ParentImage", parentName: nil, parentCommand: "ParentCommandLine",
                number: "ProcessId", parentNumber: "ParentProcessId")
        case .security:
            FieldNames(
                user: "SubjectUserName", path: "NewProcessName", name: nil, original: nil, command: "CommandLine",
                parentPath: "ParentProcessName", parentName: nil, parentCommand: nil,
                number: "NewProcessId", parentNumber: "ProcessId")
        case .rollup, .syntheticRollup:
            FieldNames(
                user: "UserName", path: "ImageFileName", name: "FileName", original: "OriginalFilename",
                command: "CommandLine", parentPath: nil, parentName: "ParentBaseFileName",
                parentCommand: "ParentCommandLine", number: "RawProcessId", parentNumber: "ParentProcessId")
        case .model:
            FieldNames(
                user: "user", path: "process_path", name: "process_name", original: "original_file_name",
                command: "process", parentPath: nil, parentName: "parent_process_name",
                parentCommand: "parent_process", number: "process_id", parentNumber: "parent_process_id")
        }
    }
}

/// The names of a source's fields.
struct FieldNames {
    var user: String
    var path: String
    var name: String?
    var original: String?
    var command: String
    var parentPath: String?
    var parentName: String?
    var parentCommand: String?
    var number: String
    var parentNumber: String
}

/// A process event to be planted: a template, what fills its holes, and how it is escaped.
struct Execution {
    var source: ProcessSource
    var template: EventTemplate
    /// The words of all slots.
    var slots: [UInt64]
    /// Texts that stand in holes instead of the population's.
    var overrides: [Hole: String] = [:]
    var style = EscapeStyle.plain

    init(_ source: ProcessSource, slots: [UInt64]) {
        self.source = source
        self.template = source.template
        self.slots = slots
    }

    /// The word of a slot.
    subscript(slot: Slot) -> UInt64 {
        get { slots[slot.rawValue] }
        set { slots[slot.rawValue] = newValue }
    }

    /// The process's command line.
    var command: String {
        get { overrides[.cell(.command, .command)] ?? "" }
        set { overrides[.cell(.command, .command)] = newValue }
    }

    /// The parent's command line.
    var parentCommand: String {
        get { overrides[.cell(.parentCommand, .command)] ?? "" }
        set { overrides[.cell(.parentCommand, .command)] = newValue }
    }

    /// Sets path and names of the process's program.
    mutating func setProgram(path: String, original: String) {
        let bytes = path.utf8
        let isSeparator: (UInt8) -> Bool = { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "/") }
        let name = String(decoding: bytes.split(whereSeparator: isSeparator).last ?? [], as: UTF8.self)
        let device = path.hasPrefix("C:") ? "\\Device\\HarddiskVolume3\(path.dropFirst(2))" : path
        overrides[.cell(.process, .image)] = path
        overrides[.cell(.process, .deviceImage)] = device
        overrides[.cell(.process, .program)] = name
        overrides[.cell(.process, .original)] = original
    }

    /// What stands in a hole.
    func text(of hole: Hole, _ population: Population) -> String {
        if let text = overrides[hole] { return text }
        guard let column = hole.column else { return WordFormatter.text(self[hole.slot], as: hole.form) }
        let texts = population[column]
        let index = Int(truncatingIfNeeded: self[hole.slot])
        return texts.indices.contains(index) ? texts[index] : ""
    }

    /// A template's text with its holes filled in.
    func text(of template: TextTemplate, _ population: Population) -> String {
        var bytes: [UInt8] = []
        for part in template.parts {
            switch part {
            case .text(let literal): bytes += literal
            case .hole(let hole): bytes += Array(text(of: hole, population).utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The line with its newline, as the layout writes it. What overrides the population is escaped in the execution's style.
    func line(_ layout: EventLayout, _ population: Population) -> [UInt8] {
        var bytes: [UInt8] = []
        for piece in layout.pieces(of: template).pieces {
            switch piece {
            case .literal(let literal): bytes += literal
            case .hole(let hole, let encoding):
                let text = text(of: hole, population)
                append(text, as: encoding, style: overrides[hole] == nil ? .plain : style, to: &bytes)
            }
        }
        return bytes + [0x0A]
    }
}
