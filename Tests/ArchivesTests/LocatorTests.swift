import Glibc
import TestSupport
import Testing

@testable import Archives

@Suite("Paths become archives")
struct LocatorTests {
    private let folder = TemporaryFolder()
    private let locator = ArchiveLocator()

    private func names(_ paths: [String]) throws -> [String] {
        try locator.locate(paths: paths).map { String($0.path.dropFirst(folder.path.count + 1)) }
    }

    init() {
        folder.makeFolder("a")
        folder.makeFolder("a/deep")
        folder.makeFolder("b")
        for name in ["a.b", "a/x.zst", "a/deep/y.zst", "b/z.json", "b/.hidden", "c.zst"] {
            folder.write(name, Array(name.utf8))
        }
    }

    @Test("folders are searched recursively, in the order of whole paths")
    func folders() throws {
        #expect(try names([folder.path]) == ["a.b", "a/deep/y.zst", "a/x.zst", "b/.hidden", "b/z.json", "c.zst"])
        #expect(try names([folder.path + "/"]) == names([folder.path]))
    }

    @Test("archives come as they are given, each file once")
    func order() throws {
        #expect(
            try names([folder.path + "/c.zst", folder.path + "/a", folder.path])
                == ["c.zst", "a/deep/y.zst", "a/x.zst", "a.b", "b/.hidden", "b/z.json"])
    }

    @Test("links that lead nowhere are told, and what there is is found")
    func danglingLinks() {
        for (name, target) in [("b/dangling", "nowhere"), ("b/itself", "itself")] {
            symlink(target, folder.path + "/" + name)
        }
        let survey = locator.survey(paths: [folder.path])
        #expect(survey.archives.count == 6)
        #expect(
            survey.errors
                == ["b/dangling", "b/itself"].map { ArchiveError.danglingLink(path: folder.path + "/" + $0) })
        let matched = locator.survey(paths: [folder.path + "/b/d*", folder.path + "/*.zst"])
        #expect(matched.archives.count == 1)
        #expect(matched.errors == [ArchiveError.danglingLink(path: folder.path + "/b/dangling")])
    }

    @Test("links are followed; second names and folders above lead nowhere")
    func links() throws {
        symlink(folder.path, folder.path + "/b/up")
        symlink(folder.path + "/c.zst", folder.path + "/a/link")
        link(folder.path + "/a.b", folder.path + "/b/hard")
        #expect(try names([folder.path]) == ["a.b", "a/deep/y.zst", "a/link", "a/x.zst", "b/.hidden", "b/z.json"])
    }

    @Test("patterns are expanded when the shell has not")
    func patterns() throws {
        #expect(try names([folder.path + "/*.zst"]) == ["c.zst"])
        #expect(try names([folder.path + "/**/*.zst"]) == ["a/deep/y.zst", "a/x.zst", "c.zst"])
        #expect(try names([folder.path + "/[ab]/*"]) == ["a/deep/y.zst", "a/x.zst", "b/z.json"])
        #expect(try names([folder.path + "/?.zst", folder.path + "/*/.h*"]) == ["c.zst", "b/.hidden"])
        #expect(try names([folder.path + "/**"]) == ["a.b", "a/deep/y.zst", "a/x.zst", "b/z.json", "c.zst"])
        // A slash at the end asks for folders.
        #expect(try names([folder.path + "/*/"]) == ["a/deep/y.zst", "a/x.zst", "b/.hidden", "b/z.json"])
        #expect(try names([folder.path + "/a/**/"]) == ["a/deep/y.zst"])
        folder.write("odd[1].zst", [])
        #expect(try names([folder.path + "/odd[1].zst"]) == ["odd[1].zst"])
    }

    @Test("what cannot be an archive says why")
    func errors() {
        let missing = folder.path + "/missing"
        #expect(throws: ArchiveError.notFound(path: missing)) { try locator.locate(paths: [missing]) }
        let below = folder.path + "/c.zst/below"
        #expect(throws: ArchiveError.notFound(path: below)) { try locator.locate(paths: [below]) }
        let pattern = folder.path + "/*.none"
        #expect(throws: ArchiveError.noMatch(pattern: pattern)) { try locator.locate(paths: [pattern]) }
        symlink("loop", folder.path + "/loop")
        #expect(throws: ArchiveError.self) { try locator.locate(paths: [folder.path + "/loop"]) }
        let survey = locator.survey(paths: [missing, folder.path + "/c.zst", pattern])
        #expect(survey.archives.count == 1)
        #expect(survey.errors.count == 2)
        for error in survey.errors { #expect(error.description.contains(folder.path)) }
    }

    @Test("what a pattern could not look into is told")
    func unreadUnderPatterns() throws {
        // Longer than a name may be: looking for it fails in another way than not finding it.
        let pattern = folder.path + "/*/" + String(repeating: "n", count: 300)
        let survey = locator.survey(paths: [pattern])
        #expect(survey.archives.isEmpty)
        let places = survey.errors.compactMap { error in
            if case .unreadable(let path, _) = error {
                String(path.dropFirst(folder.path.count + 1).prefix(3))
            } else {
                nil
            }
        }
        #expect(places == ["a/n", "b/n"])
    }

    @Test("pipes in a folder and those that a pattern matches are passed over, and told")
    func pipesInFolders() throws {
        let pipe = folder.path + "/b/pipe"
        mkfifo(pipe, 0o644)
        symlink("pipe", folder.path + "/b/zpipe")
        for (path, found) in [
            (folder.path + "/b", ["b/.hidden", "b/z.json"]), (folder.path + "/b/[p-z]*", ["b/z.json"]),
            (folder.path + "/**", ["a.b", "a/deep/y.zst", "a/x.zst", "b/z.json", "c.zst"]),
        ] {
            let survey = locator.survey(paths: [path])
            #expect(survey.archives.map { String($0.path.dropFirst(folder.path.count + 1)) } == found)
            #expect(survey.passedOver == [pipe, folder.path + "/b/zpipe"])
            #expect(survey.errors == [])
        }
        let named = locator.survey(paths: [pipe])
        #expect(named.archives.map(\.path) == [pipe] && named.archives[0].size == nil && named.passedOver == [])
    }

    @Test("files of the program's own are passed over in a folder and by a pattern, and read where they are named")
    func ownFiles() {
        let own = folder.path + "/b/x.trawl.jsonl"
        let partial = folder.path + "/b/.trawl-17-0.partial"
        for name in [
            "b/x.trawl.jsonl", "b/.trawl-17-0.partial", "b/x.trawl.jsonl.zst", "b/trawl.jsonl", "b/xtrawl.jsonl",
        ] {
            folder.write(name, Array("{}\n".utf8))
        }
        for path in [folder.path + "/b", folder.path + "/b/*"] {
            let survey = locator.survey(paths: [path])
            #expect(!survey.archives.contains { [own, partial].contains($0.path) })
            #expect(survey.archives.count { $0.path.contains("trawl") && $0.path.hasPrefix(folder.path + "/b/") } == 3)
            #expect(survey.own.filter { $0 != partial } == [own])
            for paths in [[own, path], [path, own]] {
                let named = locator.survey(paths: paths)
                #expect(named.archives.contains { $0.path == own } && !named.own.contains(own))
            }
        }
    }

    @Test("a named pipe whose writer comes later is read")
    func namedPipe() async throws {
        let path = folder.path + "/pipe"
        mkfifo(path, 0o644)
        async let reading = read([path])
        // Opening for writing succeeds once the reader has opened its end.
        var descriptor: Int32 = -1
        for _ in 0..<1000 where descriptor < 0 {
            try await Task.sleep(for: .milliseconds(10))
            descriptor = open(path, O_WRONLY | O_NONBLOCK)
        }
        try #require(descriptor >= 0)
        WriterThread(Array("one\ntwo".utf8), to: descriptor).start()
        #expect(try await reading.first == [.line(Array("one".utf8)), .line(Array("two".utf8))])
    }
}
