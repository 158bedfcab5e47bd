import Archives
import Glibc
import Hunting
import Values

/// What was named as an archive, or stands in a folder that was, and can't be read at all.
struct MissingArchive {
    var path: String
    /// As a record tells it.
    var reason: String
    /// For people: the path, what is wrong, and what to do.
    var message: String

    init(_ error: ArchiveError) {
        message = error.description
        switch error {
        case .notFound(let path): (self.path, reason) = (path, "there is no such file or folder")
        case .noMatch(let pattern): (path, reason) = (pattern, "no file matches this pattern")
        case .unsupportedKind(let path): (self.path, reason) = (path, "it is a socket or device")
        case .danglingLink(let path): (self.path, reason) = (path, "it is a link that leads to no file")
        case .unreadable(let path, let reason):
            self.path = path
            self.reason = "can't be opened: \(reason)"
            if reason == SystemError(ELOOP).reason {
                message = "\(path): can't be read: \(reason); see where it and the links behind it lead"
            }
        }
    }

    private init(_ path: String, _ reason: String, remedy: String) {
        self.path = path
        self.reason = reason
        message = "\(path): \(reason); \(remedy)"
    }

    /// Standard input where the program was started without one.
    static let closedInput = MissingArchive(
        standardInput, "can't be read: standard input is closed", remedy: "give it a file or a pipe")

    static let standardInput = "-"

    /// The folders among the paths in which there is nothing to read, and nothing that could not be read.
    ///
    /// - Parameter found: all archives that the paths stand for.
    /// - Complexity: a comparison of names for each folder and archive; a folder without one is looked at again.
    static func emptyFolders(among paths: [String], found: [Archive]) -> [MissingArchive] {
        paths.filter { path in
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
            let prefix = path.hasSuffix("/") ? path : path + "/"
            if found.contains(where: { $0.path.hasPrefix(prefix) }) { return false }
            // What it holds may have been reached by another name.
            let survey = ArchiveLocator().survey(paths: [path])
            return survey.archives.isEmpty && survey.errors.isEmpty
        }
        .map { MissingArchive($0, "holds no file", remedy: "name a folder with archives in it") }
    }

    var damage: Damage { Damage(archive: path, offset: nil, reason: reason) }
}
