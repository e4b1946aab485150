"""The customer's addresses."""

from __future__ import annotations

from django.urls import path

from backline.web.portal import (
    addresses,
    archives,
    asked,
    chatting,
    drafts,
    elsewhere,
    linked,
    lists,
    looks,
    permissions,
    requests,
    results,
    services,
    submitting,
    trying,
)

urlpatterns = [
    path("", services.home, name="home"),
    path("services", services.services, name="services"),
    path("services/<str:key>", services.service, name="service"),
    path("drafts", drafts.begin, name="drafts"),
    path("drafts/link/<str:token>", elsewhere.resume, name="draft-link"),
    path("drafts/<str:key>", drafts.draft, name="draft"),
    path("drafts/<str:key>/questions/<str:fact>", drafts.question, name="draft-question"),
    path("drafts/<str:key>/what-if", trying.draft, name="draft-what-if"),
    path("drafts/<str:key>/check", submitting.check, name="draft-check"),
    path("drafts/<str:key>/later", drafts.later, name="draft-later"),
    path("chat", chatting.start, name="chats"),
    path("chat/now", chatting.chat, name="chat"),
    path("chat/lines", chatting.lines, name="chat-lines"),
    path("chat/end", chatting.leave, name="chat-leave"),
    path("chat/address/<str:token>", chatting.address, name="chat-address"),
    path("requests", requests.requests, name="requests"),
    path("requests/<str:reference>", requests.show, name="request"),
    path("requests/<str:reference>/questions/<path:path>", asked.question, name="request-question"),
    path("requests/<str:reference>/lists/<path:path>", lists.show, name="request-list"),
    path("requests/<str:reference>/replies/<int:want>", asked.reply, name="request-reply"),
    path("requests/<str:reference>/results/<str:name>.svg", results.code, name="request-result-code"),
    path("requests/<str:reference>/results/<str:name>", results.card, name="request-result"),
    path("requests/<str:reference>/what-if", trying.sent, name="request-what-if"),
    path("requests/<str:reference>/archive", archives.download, name="request-archive"),
    path("requests/<str:reference>/messages", requests.message, name="request-messages"),
    path("requests/<str:reference>/documents/<int:document>", requests.document, name="request-document"),
    path("requests/<str:reference>/address", addresses.correct, name="request-address"),
    path("address/<str:token>", addresses.confirm, name="confirm-address"),
    path("link/<str:token>", linked.link, name="link"),
    path("people", permissions.people, name="people"),
    path("people/new", permissions.new_permission, name="new-permission"),
    path("people/<int:mandate>/end", permissions.end_permission, name="end-permission"),
    path("looks", looks.looks, name="looks"),
]
