import Glibc
import Values

/// Finds the archives that paths stand for.
///
/// A path is a file; a folder, searched recursively; a pattern with `*`, `?`, `[...]` or `**` (any folders) that the
/// shell has left alone; or `-`, standard input. Archives come in the order given, those of a folder or pattern by path,
/// bytewise. A file that is reached twice, by whatever names, is read once. Sockets, pipes and devices that lie in a
/// folder, or that a pattern matches, are passed over: to read one may be to wait for ever. A pipe that is named itself is
/// read as a stream. Files of the program's own that lie in a folder, or that a pattern matches, are passed over, too, as
/// they are no telemetry: those whose names end in `.trawl.jsonl`, and the like.
public struct ArchiveLocator: Sendable {
    /// A locator holds nothing: one will do for any number of paths.
    public init() {}

    /// What paths stand for.
    public struct Survey: Sendable {
        /// The archives that there are.
        public var archives: [Archive] = []
        /// Everything that is wrong.
        public var errors: [ArchiveError] = []
        /// Pipes, sockets and devices that were not named themselves, and so are not read.
        public var passedOver: [String] = []
        /// Files that the program itself wrote, by their names, and that were not named themselves: so they are not read.
        public var own: [String] = []
    }

    /// The archives that there are, and everything that is wrong.
    public func survey(paths: [String]) -> Survey { survey(rawPaths: paths.map { Array($0.utf8) }) }

    /// The same for paths as the system has them, which may be no UTF-8.
    public func survey(rawPaths paths: [[UInt8]]) -> Survey {
        var search = ArchiveSearch()
        for path in paths { search.add(path) }
        return search.finished()
    }
}

/// What is at a path.
private struct FileStatus {
    enum Kind { case file, folder, stream, other }

    struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    var kind: Kind
    var identity: Identity
    var size: Int

    init(_ status: stat) {
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        size = status.fileSize
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFIFO, S_IFCHR: kind = .stream
        default: kind = .other
        }
    }

    /// Follows links. The failure is the system's error.
    static func of(_ path: [UInt8]) -> Result<FileStatus, SystemError> {
        var status = stat()
        let result = path.withCString { stat($0, &status) }
        return result == 0 ? .success(FileStatus(status)) : .failure(SystemError(errno))
    }

    static func isLink(_ path: [UInt8]) -> Bool {
        var status = stat()
        return path.withCString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    static func ofStandardInput() -> FileStatus? {
        var status = stat()
        return fstat(STDIN_FILENO, &status) == 0 ? FileStatus(status) : nil
    }
}

private struct ArchiveSearch {
    private var survey = ArchiveLocator.Survey()
    private var own: [(path: [UInt8], identity: FileStatus.Identity)] = []
    private var seenFiles: Set<FileStatus.Identity> = []
    private var seenFolders: Set<FileStatus.Identity> = []

    mutating func add(_ raw: [UInt8]) {
        let path = text(raw)
        if raw == Archive.standardInput {
            guard let status = FileStatus.ofStandardInput() else {
                survey.errors.append(.unreadable(path: path, reason: SystemError(errno).reason))
                return
            }
            // What stands somewhere within a file is another input than the file itself.
            let isWhole = status.kind != .file || lseek(STDIN_FILENO, 0, SEEK_CUR) == 0
            guard !isWhole || seenFiles.insert(status.identity).inserted else { return }
            survey.archives.append(Archive(rawPath: raw, size: status.kind == .file ? status.size : nil))
            return
        }
        switch FileStatus.of(raw) {
        case .success(let status):
            addNamed(raw, status)
        case .failure(let error):
            if error.number == ENOENT || error.number == ENOTDIR, GlobPattern.isPattern(raw) {
                let matches = GlobPattern(raw).matches()
                if matches.paths.isEmpty, matches.unread.isEmpty { survey.errors.append(.noMatch(pattern: path)) }
                for (folder, error) in matches.unread {
                    survey.errors.append(.unreadable(path: text(folder), reason: error.reason))
                }
                for match in matches.paths {
                    switch FileStatus.of(match) {
                    case .success(let status): addFound(match, status)
                    case .failure(let error): noteUnread(match, error)
                    }
                }
            } else if error.number == ENOENT || error.number == ENOTDIR || raw.isEmpty {
                survey.errors.append(.notFound(path: path))
            } else {
                survey.errors.append(.unreadable(path: path, reason: error.reason))
            }
        }
    }

    /// What was found. One of the program's own files may have been named besides.
    func finished() -> ArchiveLocator.Survey {
        var survey = survey
        survey.own = own.filter { !seenFiles.contains($0.identity) }.map { text($0.path) }
        return survey
    }

    private mutating func addNamed(_ path: [UInt8], _ status: FileStatus) {
        switch status.kind {
        case .folder: addFolder(path, status)
        case .file, .stream: addReadable(path, status)
        case .other: survey.errors.append(.unsupportedKind(path: text(path)))
        }
    }

    /// Adds what a pattern matches.
    private mutating func addFound(_ path: [UInt8], _ status: FileStatus) {
        switch status.kind {
        case .folder: addFolder(path, status)
        case .file where Self.isOwn(path): own.append((path, status.identity))
        case .file: addReadable(path, status)
        case .stream, .other: survey.passedOver.append(text(path))
        }
    }

    /// Whether a file is one of the program's own, by its name.
    private static func isOwn(_ path: [UInt8]) -> Bool {
        if ownEndings.contains(where: { path.count > $0.count && path.suffix($0.count).elementsEqual($0) }) {
            return true
        }
        // What an output is written to before it has its name, left behind where the program was killed.
        let name = path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
        return name.starts(with: ".trawl-".utf8) && name.suffix(8).elementsEqual(".partial".utf8)
    }

    private static let ownEndings = ["jsonl", "json", "csv", "txt"].map { Array(".trawl.\($0)".utf8) }

    private mutating func addReadable(_ path: [UInt8], _ status: FileStatus) {
        guard path.withCString({ access($0, R_OK) }) == 0 else {
            survey.errors.append(.unreadable(path: text(path), reason: SystemError(errno).reason))
            return
        }
        addFile(path, status)
    }

    private mutating func addFile(_ path: [UInt8], _ status: FileStatus) {
        guard seenFiles.insert(status.identity).inserted else { return }
        survey.archives.append(Archive(rawPath: path, size: status.kind == .file ? status.size : nil))
    }

    private mutating func addFolder(_ path: [UInt8], _ status: FileStatus) {
        // A folder reached again, be it by a link to one of its parents, has nothing new in it.
        guard seenFolders.insert(status.identity).inserted else { return }
        let names: [[UInt8]]
        switch folderEntries(path) {
        case .success(let found): names = found
        case .failure(let error):
            survey.errors.append(.unreadable(path: text(path), reason: error.reason))
            return
        }
        var entries: [(key: [UInt8], path: [UInt8], status: FileStatus)] = []
        // Sorted, so that what is wrong is told in one order, too.
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let entry = joined(path, name)
            switch FileStatus.of(entry) {
            case .success(let status):
                // With the slash, a walk in the order of keys meets files in the order of their whole paths.
                entries.append((status.kind == .folder ? name + [UInt8(ascii: "/")] : name, entry, status))
            case .failure(let error):
                noteUnread(entry, error)
            }
        }
        entries.sort { $0.key.lexicographicallyPrecedes($1.key) }
        for entry in entries {
            switch entry.status.kind {
            case .folder: addFolder(entry.path, entry.status)
            case .file where Self.isOwn(entry.path): own.append((entry.path, entry.status.identity))
            case .file: addFile(entry.path, entry.status)
            case .stream, .other: survey.passedOver.append(text(entry.path))
            }
        }
    }

    /// What was listed but can't be examined. Where archives are moved to other disks, a link that leads nowhere is how one
    /// goes missing; what is no link and not there any more has been removed since.
    private mutating func noteUnread(_ path: [UInt8], _ error: SystemError) {
        if error.number != ENOENT, error.number != ELOOP {
            survey.errors.append(.unreadable(path: text(path), reason: error.reason))
        } else if FileStatus.isLink(path) {
            survey.errors.append(.danglingLink(path: text(path)))
        }
    }

    private func text(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }
}

/// The names in a folder, without `.` and `..`, in no order.
func folderEntries(_ path: [UInt8]) -> Result<[[UInt8]], SystemError> {
    guard let folder = path.withCString({ opendir($0) }) else { return .failure(SystemError(errno)) }
    defer { closedir(folder) }
    var names: [[UInt8]] = []
    while true {
        errno = 0
        guard let entry = readdir(folder) else {
            return errno == 0 ? .success(names) : .failure(SystemError(errno))
        }
        // SAFETY: d_name is terminated by NUL within the entry, which lives until the next readdir.
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            let bytes = UnsafeRawPointer(pointer)
            return [UInt8](
                UnsafeRawBufferPointer(start: bytes, count: strlen(bytes.assumingMemoryBound(to: CChar.self))))
        }
        if name != [UInt8(ascii: ".")], name != [UInt8(ascii: "."), UInt8(ascii: ".")] { names.append(name) }
    }
}

/// A path below a folder.
func joined(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] {
    guard let last = folder.last else { return name }
    return last == UInt8(ascii: "/") ? folder + name : folder + [UInt8(ascii: "/")] + name
}
